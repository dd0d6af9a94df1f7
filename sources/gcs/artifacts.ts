import { createHash } from "node:crypto";

/** An object that clients download: `bytes` is its size. */
export type Artifact = { name: string; bytes: number };

/** Buckets with traffic: `share` is their weight, and one object of log is written every `hours` hours (two where it says so). */
export const buckets = [
  { name: "us.artifacts.k8s-artifacts-prod.appspot.com", share: 420, hours: 1, objects: 2, kind: "layers" },
  { name: "eu.artifacts.k8s-artifacts-prod.appspot.com", share: 220, hours: 1, objects: 1, kind: "layers" },
  { name: "asia.artifacts.k8s-artifacts-prod.appspot.com", share: 180, hours: 1, objects: 1, kind: "layers" },
  { name: "k8s-artifacts-prod", share: 110, hours: 2, objects: 1, kind: "release" },
  { name: "k8s-artifacts-cni", share: 30, hours: 4, objects: 1, kind: "cni" },
  { name: "k8s-artifacts-cri-tools", share: 20, hours: 6, objects: 1, kind: "cri-tools" },
  { name: "k8s-staging-kubernetes", share: 10, hours: 12, objects: 1, kind: "layers" },
  { name: "k8s-staging-ci-images", share: 6, hours: 24, objects: 1, kind: "layers" },
  { name: "k8s-staging-csi", share: 2, hours: 24, objects: 1, kind: "layers" },
  { name: "k8s-staging-kind", share: 2, hours: 24, objects: 1, kind: "layers" },
] as const;

/** What each kind of bucket holds, the most wanted first. Names and sizes are invented in the form of real ones. */
export const artifactsOf: Record<(typeof buckets)[number]["kind"], Artifact[]> = {
  layers: Array.from({ length: 900 }, (_, index) => {
    const digest = digestOf(`layer ${index}`);
    return { name: `containers/images/sha256:${digest}`, bytes: sizeOf(digest, 20_000, 60_000_000) };
  }),
  release: releases("kubernetes", [
    "kubelet",
    "kubectl",
    "kubeadm",
    "kube-proxy",
    "kube-apiserver",
    "kubernetes-node-linux-amd64.tar.gz",
  ]),
  cni: versions("cni", 12, (version) => `cni-plugins-linux-amd64-${version}.tgz`),
  "cri-tools": versions("cri-tools", 12, (version) => `crictl-${version}-linux-amd64.tar.gz`),
};

function releases(folder: string, files: string[]): Artifact[] {
  return [30, 29, 28, 27].flatMap((minor) =>
    [2, 1, 0].flatMap((patch) =>
      files.map((file) => withSize(`${folder}/v1.${minor}.${patch}/bin/linux/amd64/${file}`, 30_000_000, 120_000_000)),
    ),
  );
}

function versions(folder: string, count: number, file: (version: string) => string): Artifact[] {
  return Array.from({ length: count }, (_, index) => {
    const version = `v1.${count - index}.0`;
    return withSize(`${folder}/${version}/${file(version)}`, 10_000_000, 50_000_000);
  });
}

function withSize(name: string, least: number, most: number): Artifact {
  return { name, bytes: sizeOf(digestOf(name), least, most) };
}

function digestOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

function sizeOf(digest: string, least: number, most: number): number {
  return least + (Number.parseInt(digest.slice(0, 8), 16) % (most - least));
}

import { createHash } from "node:crypto";
import type { Test } from "../project/model.ts";
import { type Node, symbolicText } from "./node.ts";

/** Four hashes, kept apart so that a person can be told which one changed; `all` is the hash of the four. */
export type Fingerprint = { code: string; parser: string; inputs: string; upstream: string; all: string };

export const parts = ["code", "parser", "inputs", "upstream"] as const;

/** What the fingerprint of a node rests on besides the node: all already hashes or plain values. */
export type Basis = {
  /** Of what it reads, by id. */
  upstream: ReadonlyMap<string, Fingerprint>;
  /** Hash of the declaration and code that read this source. */
  parserHash: (source: string) => string;
  /** Hash of the content of all inputs of this source, with the vars its parser is given. */
  inputsHash: (source: string) => string;
  /** Values as they will stand in the SQL. */
  vars: Readonly<Record<string, unknown>>;
};

export function fingerprintOf(node: Node, basis: Basis): Fingerprint {
  const upstream = hash(
    node.reads.map((id) => [id, basis.upstream.get(id)!.all]).sort(([a], [b]) => (a! < b! ? -1 : 1)),
  );
  switch (node.kind) {
    case "load":
      return whole({
        code: hash(
          "load",
          node.sourceTable.columns.map(({ name, type }) => [name, type]),
        ),
        parser: basis.parserHash(node.source.name),
        inputs: basis.inputsHash(node.source.name),
        upstream: "",
      });
    case "seed":
      return whole({
        code: hash(
          "seed",
          node.seed.columns.map(({ name, type }) => [name, type]),
        ),
        parser: "",
        inputs: hash(node.seed.rows),
        upstream: "",
      });
    case "model": {
      const texts = [node.model, ...node.inlined].map((model) => [model.name, symbolicText(model.pieces)]);
      const vars = [node.model, ...node.inlined].flatMap((model) => model.vars.map(({ name }) => name));
      const sources = [node.model, ...node.inlined].flatMap((model) => model.readsSources.map(({ source }) => source));
      return whole({
        code: hash(node.side, node.model.shape, texts),
        parser: hash([...new Set(sources)].sort().map((source) => basis.parserHash(source))),
        inputs: hash([...new Set(vars)].sort().map((name) => [name, basis.vars[name] ?? null])),
        upstream,
      });
    }
    case "copy":
      return whole({
        code: hash(
          "copy",
          node.model.columns.map(({ name, type, crosses }) => [name, type, crosses]),
        ),
        parser: "",
        inputs: "",
        upstream,
      });
    case "external":
      return whole({ code: hash("external", node.model.name), parser: "", inputs: hash(node.dataset), upstream: "" });
    default:
      return node satisfies never;
  }
}

/** A test passed once on the same tables is not run again. `reads`: fingerprints of the tables it reads, in a fixed order. */
export function testFingerprint(text: unknown, reads: readonly string[]): string {
  return hash(text, reads);
}

/** What of a generic test decides its outcome: everything but its place in the file. */
export function testText({ place: _, ...test }: Test): unknown {
  return test;
}

/** Hash of what people read of a table: it rebuilds nothing and replaces a comment. */
export function describedHash(texts: { table: string | undefined; columns: Record<string, string> }): string {
  return hash(texts.table ?? null, Object.entries(texts.columns));
}

export function hash(...values: unknown[]): string {
  return createHash("sha256").update(JSON.stringify(values)).digest("hex").slice(0, 32);
}

function whole(four: Omit<Fingerprint, "all">): Fingerprint {
  return { ...four, all: hash(four.code, four.parser, four.inputs, four.upstream) };
}

import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

test("every file kept with a source stands in its README with origin and sha256 (mistake 34)", () => {
  for (const source of readdirSync("sources", { withFileTypes: true }).filter((entry) => entry.isDirectory())) {
    const folder = `sources/${source.name}`;
    for (const name of readdirSync(folder).filter((file) => file.endsWith(".gz"))) {
      const readme = readFileSync(`${folder}/README.md`, "utf8");
      const row = readme.split("\n").find((line) => line.startsWith(`| \`${name}\``));
      expect(row, name).toContain(
        createHash("sha256")
          .update(readFileSync(`${folder}/${name}`))
          .digest("hex"),
      );
    }
  }
});

test("the npm package is the one that the README describes", () => {
  const readme = readFileSync("sources/routeviews/README.md", "utf8");
  const { version } = JSON.parse(readFileSync("node_modules/@ip-location-db/asn/package.json", "utf8")) as {
    version: string;
  };
  expect(readme).toContain(version);
  for (const name of ["asn-ipv4.csv", "asn-ipv6.csv"]) {
    const digest = createHash("sha256")
      .update(readFileSync(`node_modules/@ip-location-db/asn/${name}`))
      .digest("hex");
    expect(readme).toContain(digest.slice(0, 16));
  }
});

import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { expect, test } from "vitest";
import { openArtifacts } from "../../runner/report/artifacts.ts";
import { openProject } from "../report/project.ts";

const hasPython = (await execa("python3", ["-c", "import ensurepip, venv"], { reject: false })).exitCode === 0;

/** Of PyPI: one for the dbt whose form the files say they have, and a late one. Both refuse a key that they do not know. */
const readers = ["dbt-artifacts-parser==0.7.0", "dbt-artifacts-parser==0.15.0"];

const script = `
import json, sys
from dbt_artifacts_parser.parser import parse_manifest, parse_run_results
folder, whole = sys.argv[1], sys.argv[2] == "whole"
raw = json.load(open(folder + "/manifest.json"))
manifest = parse_manifest(raw)
results = parse_run_results(json.load(open(folder + "/run_results.json")))
absent = {}
for part in ("nodes", "sources", "unit_tests"):
    for name, node in getattr(manifest, part).items():
        keys = {field.alias or key for key, field in type(node).model_fields.items()}
        missing = sorted(keys - set(raw[part][name]))
        if missing: absent[name] = missing
print(json.dumps({
    "manifest": type(manifest).__name__,
    "results": [[result.unique_id, result.status.value] for result in results.results],
    "types": sorted({node.resource_type for node in manifest.nodes.values()}),
    "absent": absent if whole else {},
    "parents": manifest.parent_map,
}))
`;

test.skipIf(!hasPython).for(readers)(
  "a reader of dbt's files that is not ours understands them: %s",
  { timeout: 180_000 },
  async (reader) => {
    await using opened = await openProject();
    const { project, nodes, dir } = opened;
    const artifacts = openArtifacts({ project, nodes, onEvent: () => undefined, args: { which: "build" } });
    const label = { id: "sold", kind: "model" as const, text: "sql table model sold" };
    const at = new Date().toISOString();
    artifacts.onEvent({
      kind: "finished",
      at,
      index: 1,
      total: 1,
      ran: { startedAt: at, thread: 1 },
      outcome: { status: "ok", label, rowCount: 3n, elapsedMs: 20 },
    });
    await artifacts.finish();

    const home = await mkdtemp(join(tmpdir(), "reader-"));
    try {
      await execa("python3", ["-m", "venv", home]);
      await execa(join(home, "bin", "pip"), ["install", "--quiet", "--disable-pip-version-check", reader]);
      await writeFile(join(home, "read.py"), script);
      const { stdout } = await execa(join(home, "bin", "python"), [
        join(home, "read.py"),
        join(dir, "target"),
        reader === readers[0] ? "whole" : "part",
      ]);
      const seen = JSON.parse(stdout) as Record<string, unknown>;
      expect(seen).toMatchObject({
        manifest: "ManifestV12",
        types: ["model", "seed", "test"],
        absent: {},
        results: [["model.shop_fruit_stand.sold", "success"]],
      });
      expect(seen.parents).toEqual(JSON.parse(await readFile(join(dir, "target", "manifest.json"), "utf8")).parent_map);
    } finally {
      await rm(home, { recursive: true, force: true });
    }
  },
);

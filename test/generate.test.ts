import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { graph } from "../runner/project/graph.ts";
import { readProject } from "../runner/project/project.ts";
import { configOf } from "./project/folder.ts";
import { generateProject } from "./generate.ts";

test.each(["postgres", "warehouse"] as const)(
  "generated models for %s have the shape that the figures speak of",
  async (side) => {
    const dir = await mkdtemp(join(tmpdir(), "generated-"));
    try {
      expect(generateProject({ dir, models: 100, side })).toHaveLength(100);
      const project = await readProject(configOf(dir));
      const { nodes, parents, transfers } = graph(project);
      const models = [...project.models.values()];
      expect(nodes.size).toBe(100);
      expect(new Set(models.map((model) => model.tags[0]))).toEqual(
        new Set(["layer_0", "layer_1", "layer_2", "layer_3", "layer_4"]),
      );
      for (const model of models) {
        const sql = readFileSync(join(dir, model.file), "utf8").split("*/\n")[1]!;
        expect(sql.trimEnd().split("\n")).toHaveLength(50);
        expect(sql.match(/^(with )?\w+ as \($/gm)).toHaveLength(5);
        expect(sql.match(/left join/g)!.length).toBeGreaterThanOrEqual(1);
        expect(sql.match(/row_number\(\)/g)).toHaveLength(1);
        expect([model.columns.length, model.tests.length]).toEqual([4, 4]);
        expect(parents.get(model.name)!.length).toBeLessThanOrEqual(3);
        expect(parents.get(model.name)!.length > 0).toBe(model.tags[0] !== "layer_0");
      }
      expect(new Set(models.slice(20).map((model) => parents.get(model.name)!.length))).toEqual(new Set([1, 2, 3]));
      expect([...transfers.keys()]).toEqual(side === "postgres" ? ["m99"] : []);
    } finally {
      await rm(dir, { recursive: true, force: true });
    }
  },
);

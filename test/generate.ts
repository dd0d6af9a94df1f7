import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

type Wish = {
  dir: string;
  /** How many models. */
  models: number;
  side: "postgres" | "warehouse";
  /** 5 for up to 100 models, 8 for up to 1,000, else 10, where nothing is said. */
  layers?: number;
};

/**
 * Writes a project of generated models, always of one shape: layers of equal size; each model 50 lines of SQL in five named steps,
 * reading one to three models of the layer before by left joins, with a window function; 50 rows, four columns, and four tests
 * (unique and not_null on two of them). The last model is published. Returns the names, first layer first.
 */
export function generateProject({
  dir,
  models,
  side,
  layers = models <= 100 ? 5 : models <= 1000 ? 8 : 10,
}: Wish): string[] {
  const folder = join(dir, "models", side === "postgres" ? "postgres" : "bigquery");
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(dir, "dataform.json"),
    `${JSON.stringify({ defaultSchema: "generated", defaultLocation: "US", vars: {} }, null, 2)}\n`,
  );
  writeFileSync(
    join(dir, "targets.yaml"),
    "default: sample\ntargets:\n  sample: {postgres: embedded, warehouse: duckdb, inputs: bundled}\n",
  );
  const size = Math.ceil(models / layers);
  const names = Array.from(
    { length: models },
    (_, index) => `m${String(index).padStart(String(models - 1).length, "0")}`,
  );
  for (const [index, name] of names.entries()) {
    const layer = Math.floor(index / size);
    const earlier = layer === 0 ? [] : names.slice((layer - 1) * size, layer * size);
    const count = layer === 0 ? 0 : 1 + (index % 3);
    const reads = Array.from(
      { length: count },
      (_, position) => earlier[(index * 7 + position * 13) % earlier.length]!,
    );
    const sql = stepsOf(name, [...new Set(reads)], side).join("\n");
    writeFileSync(
      join(folder, `${name}.sql`),
      `${headerOf(name, { side, layer, isLast: index === models - 1 })}\n${sql}\n`,
    );
  }
  return names;
}

function headerOf(
  name: string,
  { side, layer, isLast }: { side: Wish["side"]; layer: number; isLast: boolean },
): string {
  const [integer, text] = side === "postgres" ? ["bigint", "text"] : ["int64", "string"];
  const pii = isLast ? ", pii: none" : "";
  return `/*
description: Generated model ${name} of layer ${layer}.
materialized: table
${isLast ? "published: true\n" : ""}columns:
  id:       {type: ${integer}${pii}, tests: [not_null, unique]}
  code:     {type: ${text}${pii}, tests: [not_null, unique]}
  group_id: {type: ${integer}${pii}}
  amount:   {type: ${integer}${pii}}
tags: [layer_${layer}]
*/`;
}

/** 50 lines in five steps, whatever is read. */
function stepsOf(name: string, reads: readonly string[], side: Wish["side"]): string[] {
  const [first, second, third] = reads;
  if (third !== undefined)
    return [
      ...step("base", taken(first!)),
      ...step("added", taken(second!)),
      ...step("moved", taken(third)),
      ...step("ranked", rankedFrom("base", ["added", "moved"])),
      ...final(),
    ];
  if (second !== undefined)
    return [
      ...step("base", taken(first!)),
      ...step("added", taken(second)),
      ...step("joined", joined("base", "added")),
      ...step("ranked", ranked("joined", 3)),
      ...final(),
    ];
  const start = first === undefined ? numbers(name, side) : taken(first);
  return [
    ...step("base", start),
    ...step("grouped", grouped),
    ...step("joined", joined("base", "grouped", "group_id")),
    ...step("ranked", ranked("joined", 4)),
    ...final(),
  ];
}

function step(name: string, lines: readonly string[]): string[] {
  return [`${name === "base" ? "with " : ""}${name} as (`, ...lines.map((line) => `    ${line}`), "),", ""];
}

function final(): string[] {
  return [
    "final as (",
    "    select",
    "        id,",
    "        code,",
    "        group_id,",
    "        amount + position_in_group as amount",
    "    from ranked",
    ")",
    "",
    "select * from final",
  ];
}

function taken(model: string): string[] {
  return ["select", "    id,", "    code,", "    group_id,", "    amount", `from {{ref "${model}"}}`];
}

function numbers(name: string, side: Wish["side"]): string[] {
  const code = side === "postgres" ? `'${name}-' || cast(id as text)` : `concat('${name}-', cast(id as string))`;
  const rows = side === "postgres" ? "generate_series(1, 50) as numbers (id)" : "unnest(generate_array(1, 50)) as id";
  return [
    "select",
    `    ${side === "postgres" ? "cast(id as bigint) as id" : "id"},`,
    `    ${code} as code,`,
    `    ${side === "postgres" ? "cast(mod(id, 7) as bigint)" : "mod(id, 7)"} as group_id,`,
    `    ${side === "postgres" ? "cast(mod(id * 37, 101) as bigint)" : "mod(id * 37, 101)"} as amount`,
    `from ${rows}`,
  ];
}

const grouped = ["select", "    group_id,", "    max(amount) as amount", "from base", "group by group_id"];

function joined(base: string, other: string, key = "id"): string[] {
  return [
    "select",
    `    ${base}.id,`,
    `    ${base}.code,`,
    `    ${base}.group_id,`,
    `    mod(${base}.amount + coalesce(${other}.amount, 0), 1000) as amount`,
    `from ${base}`,
    `left join ${other} on ${base}.${key} = ${other}.${key}`,
  ];
}

function ranked(from: string, lines: number): string[] {
  return ["select", "    id,", "    code,", "    group_id,", "    amount,", ...position("", lines), `from ${from}`];
}

/** A window function in 2, 3 or 4 lines, so that every model has 50. */
function position(of: string, lines: number): string[] {
  const [partition, order, name] = [
    `partition by ${of}group_id`,
    `order by ${of}amount, ${of}id`,
    "as position_in_group",
  ];
  if (lines === 2) return [`    row_number()`, `        over (${partition} ${order}) ${name}`];
  if (lines === 3) return ["    row_number() over (", `        ${partition} ${order}`, `    ) ${name}`];
  return ["    row_number() over (", `        ${partition}`, `        ${order}`, `    ) ${name}`];
}

function rankedFrom(base: string, others: readonly string[]): string[] {
  const sum = others.map((other) => ` + coalesce(${other}.amount, 0)`).join("");
  return [
    "select",
    `    ${base}.id,`,
    `    ${base}.code,`,
    `    ${base}.group_id,`,
    `    mod(${base}.amount${sum}, 1000) as amount,`,
    ...position(`${base}.`, 2),
    `from ${base}`,
    ...others.map((other) => `left join ${other} on ${base}.id = ${other}.id`),
  ];
}

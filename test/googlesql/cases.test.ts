import { readFileSync } from "node:fs";
import { DuckDBInstance, type DuckDBConnection } from "@duckdb/node-api";
import { afterAll, beforeAll, expect, test } from "vitest";
import { GoogleSqlError, preludeSql, translate } from "../../runner/engines/duckdb/googlesql.ts";

type Case = { id: string; sql: string; rows?: unknown[][]; error?: true };

const cases = readFileSync(new URL("./cases.jsonl", import.meta.url), "utf8")
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line) as Case);

let instance: DuckDBInstance;
let connection: DuckDBConnection;
beforeAll(async () => {
  instance = await DuckDBInstance.create(":memory:");
  connection = await instance.connect();
  await connection.run("set timezone = 'UTC'");
  await connection.run(preludeSql());
});
afterAll(() => {
  connection.closeSync();
  instance.closeSync();
});

/** A value of DuckDB in the words of the cases; floats are compared as numbers, times as text without trailing zeros. */
function plain(value: unknown): unknown {
  if (value === null || typeof value === "boolean" || typeof value === "number" || typeof value === "string")
    return value;
  if (typeof value === "bigint") return Number.isSafeInteger(Number(value)) ? Number(value) : value.toString();
  if (Array.isArray(value)) return value.map(plain);
  const object = value as { items?: unknown[]; entries?: object; bytes?: Uint8Array };
  if (object.bytes instanceof Uint8Array) return { hex: Buffer.from(object.bytes).toString("hex") };
  if (Array.isArray(object.items)) return object.items.map(plain);
  if (object.entries && !Array.isArray(object.entries)) return Object.values(object.entries).map(plain);
  const text = String(value);
  return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text;
}

async function answer(sql: string): Promise<{ rows: unknown[][] } | "error" | "refused"> {
  let translated: string;
  try {
    translated = translate(sql);
  } catch (error) {
    if (error instanceof GoogleSqlError) return "refused";
    throw error;
  }
  try {
    const reader = await connection.runAndReadAll(translated);
    return { rows: reader.getRows().map((row) => row.map(plain)) };
  } catch {
    return "error";
  }
}

const verdicts = new Map<string, string>();

test.each(cases)("$id: the same rows, the error that is due, or a refusal: $sql", async ({ id, sql, rows, error }) => {
  const given = await answer(sql);
  verdicts.set(id, given === "refused" ? "refused" : "answered");
  if (given === "refused") return;
  if (error) expect(given).toBe("error");
  else expect(given).toEqual({ rows });
});

test("at least 90 of the 120 are answered, and the others are refused by name", () => {
  const refused = [...verdicts].filter(([, verdict]) => verdict === "refused").map(([id]) => id);
  console.log(`${verdicts.size - refused.length} of ${verdicts.size} cases answered, refused: ${refused.join(" ")}`);
  expect(verdicts.size).toBe(cases.length);
  expect(verdicts.size - refused.length).toBeGreaterThanOrEqual(90);
});

test.each(cases.filter(({ error }) => !error))(
  "$id: the same verdict and answer with other spacing and inside other queries",
  async ({ id, sql, rows }) => {
    const bare = sql.replace(/^# .*\n/, "");
    if (/^(#|with)/i.test(bare.trim())) return;
    const given = await answer(`select * from (\n  ${bare}\n)`);
    if (verdicts.get(id) === "refused") expect(given).toBe("refused");
    else if (given !== "refused" && given !== "error" && !/order by/i.test(sql)) expect(given).toEqual({ rows });
  },
);

import { expect, test } from "vitest";
import { literal } from "../../runner/project/literal.ts";
import { mistakesIn } from "./folder.ts";

const odd = 'it\'s a \\ back\\nslash,\na line\r\tbreak, {{braces}} {ref}, "quotes" `ticks` $1 @x -- é 漢 😀';

test("text of any letters is quoted for Postgres", () => {
  expect(literal("postgres", "string", "it's")).toBe("'it''s'");
  expect(literal("postgres", "string", "a\\b'c")).toBe("E'a\\\\b''c'");
  expect(literal("postgres", "string", "")).toBe("''");
});

test("text of any letters is quoted for GoogleSQL", () => {
  expect(literal("warehouse", "string", "it's a \\ \n\r\t\u0001")).toBe("'it\\'s a \\\\ \\n\\r\t\u0001'");
});

test("text comes back unchanged from PostgreSQL's own reading of the literal", async () => {
  const { loadModule, parseSync } = await import("libpg-query");
  await loadModule();
  const tree = parseSync(`select ${literal("postgres", "string", odd)}`) as unknown as {
    stmts: {
      stmt: { SelectStmt: { targetList: { ResTarget: { val: { A_Const: { sval: { sval: string } } } } }[] } };
    }[];
  };
  expect(tree.stmts[0]!.stmt.SelectStmt.targetList[0]!.ResTarget.val.A_Const.sval.sval).toBe(odd);
});

test("text comes back unchanged from a reading of the literal by GoogleSQL's rules", () => {
  const text = literal("warehouse", "string", odd)!;
  expect(text).not.toContain("\n");
  const escapes: Record<string, string> = { n: "\n", r: "\r", t: "\t", "\\": "\\", "'": "'" };
  const read = text
    .slice(1, -1)
    .replace(/\\(u[0-9a-f]{4}|.)/g, (_, letter: string) =>
      letter.length > 1 ? String.fromCharCode(Number.parseInt(letter.slice(1), 16)) : escapes[letter]!,
    );
  expect(read).toBe(odd);
});

test("text comes back unchanged from DuckDB, which is sent the translation", async () => {
  const { translate } = await import("../../runner/engines/duckdb/googlesql.ts");
  const { DuckDBInstance } = await import("@duckdb/node-api");
  const connection = await (await DuckDBInstance.create()).connect();
  for (const text of [odd, "", "\\'", "\u0001"]) {
    const answer = await connection.runAndReadAll(translate(`select ${literal("warehouse", "string", text)} as a`));
    expect(answer.getRows()).toEqual([[text]]);
  }
  connection.closeSync();
});

test("each type has its own literal", () => {
  const both = (type: string, value: string) => [literal("postgres", type, value), literal("warehouse", type, value)];
  expect(both("int64", "20")).toEqual(["bigint '20'", "20"]);
  expect(both("int64", "-9223372036854775808")).toEqual(["bigint '-9223372036854775808'", "(-9223372036854775808)"]);
  expect(both("numeric", "01.50")).toEqual(["numeric '1.5'", "NUMERIC '1.5'"]);
  expect(both("bool", "TRUE")).toEqual(["true", "TRUE"]);
  expect(both("date", "2026-01-31")).toEqual(["date '2026-01-31'", "DATE '2026-01-31'"]);
  expect(both("timestamp", "2026-01-31T00:00:00Z")).toEqual([
    "timestamptz '2026-01-31 00:00:00.000000+00'",
    "TIMESTAMP '2026-01-31 00:00:00.000000+00'",
  ]);
  expect(both("timestamp", "2026-01-31 01:30:00.5+01:30")).toEqual([
    "timestamptz '2026-01-31 00:00:00.500000+00'",
    "TIMESTAMP '2026-01-31 00:00:00.500000+00'",
  ]);
});

test("an empty value of a type other than string is a typed NULL", () => {
  for (const [type, postgres] of Object.entries({
    int64: "bigint",
    numeric: "numeric",
    bool: "boolean",
    date: "date",
    timestamp: "timestamptz",
  })) {
    expect(literal("postgres", type, "")).toBe(`cast(null as ${postgres})`);
    expect(literal("warehouse", type, "")).toBe(`CAST(NULL AS ${type.toUpperCase()})`);
  }
});

test("a midnight in UTC is its day", () => {
  expect(literal("warehouse", "date", "2026-01-31T00:00:00Z")).toBe("DATE '2026-01-31'");
  expect(literal("warehouse", "date", "2026-01-31T00:00:01Z")).toBeUndefined();
});

test.each([
  ["int64", ["1.0", "1e3", "9223372036854775808", "x", " 1", "0x10", "1;drop table a"]],
  ["numeric", ["1e3", "1.0000000001", "123456789012345678901234567890", "NaN", "."]],
  ["bool", ["1", "yes", "t"]],
  ["date", ["2026-02-29", "2026-13-01", "20260101", "2026-1-1", "0000-01-01"]],
  ["timestamp", ["2026-01-01 25:00:00", "2026-01-01 00:00:00 Europe/Vienna", "noon", "2026-01-01 00:00:00.1234567"]],
  ["string", ["a\0b", "\ud800"]],
])("what is no %s has no literal", (type, values) => {
  for (const value of values)
    expect([value, literal("postgres", type, value), literal("warehouse", type, value)]).toEqual([
      value,
      undefined,
      undefined,
    ]);
});

test("a value that is not of the type that is asked for names var, value and type", async () => {
  const sql = '/* */ select\n    {{var "day" "int64"}} as a';
  expect(await mistakesIn({ "models/postgres/m.sql": sql })).toEqual([
    'models/postgres/m.sql:2:5: var "day" is "2026-01-31"; expected int64',
  ]);
  expect(await mistakesIn({ "models/postgres/m.sql": sql }, { vars: "day: [a, b]" })).toEqual([
    'models/postgres/m.sql:2:5: var "day" is ["a","b"]; expected int64',
  ]);
});

test("an unknown var is named with the nearest one", async () => {
  expect(await mistakesIn({ "models/postgres/m.sql": '/* */ select {{var "cuont" "int64"}} as a' })).toEqual([
    'models/postgres/m.sql:1:14: unknown var "cuont"; nearest is "count"',
  ]);
});

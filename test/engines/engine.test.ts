import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { CrossingColumn, Engine, Relation, Warehouse } from "../../runner/engines/engine.ts";
import { EngineError, InterruptedError } from "../../runner/errors.ts";
import { makeNumbers, type Opened, openTestDuckDB, openTestPostgres, plain, signal } from "./opened.ts";

const opens = { postgres: openTestPostgres, duckdb: openTestDuckDB };

/** The same query in both dialects where they differ. */
const sqlFor = {
  postgres: {
    nullText: "cast(null as text)",
    text: "text",
    big: "9223372036854775807::bigint",
    nothing: "where false",
  },
  duckdb: { nullText: "cast(null as string)", text: "string", big: "9223372036854775807", nothing: "where false" },
};

describe.each(["postgres", "duckdb"] as const)("%s", (name) => {
  let opened: Opened;
  let engine: Engine;
  const sql = sqlFor[name];

  beforeAll(async () => {
    opened = await opens[name]();
    engine = opened.engine;
    await engine.createDataset("d");
    await makeNumbers(engine, opened.folder, { dataset: "d", rowCount: 2000 });
  });
  afterAll(() => opened[Symbol.asyncDispose]());

  const create = (relation: Relation, query: string) => engine.createTable(relation, query, { shape: plain, signal });
  const read = async (relation: Relation) =>
    (await engine.rows(`select * from ${engine.quoted(relation)} order by 1`, { signal })).rows;

  describe("datasets", () => {
    test("are made, made again without harm, found by prefix, and dropped with all they hold", async () => {
      await engine.createDataset("lib_20240101");
      await engine.createDataset("lib_20240101");
      await engine.createDataset("lib_20240101_2");
      await engine.createDataset("libXother");
      await create({ dataset: "lib_20240101", name: "t" }, "select 1 as id");
      await engine.createView(
        { dataset: "lib_20240101", name: "v" },
        `select id from ${engine.quoted({ dataset: "lib_20240101", name: "t" })}`,
      );
      expect(await engine.datasets("lib_2024")).toEqual(["lib_20240101", "lib_20240101_2"]);
      await engine.dropDataset("lib_20240101");
      await engine.dropDataset("lib_20240101");
      expect(await engine.datasets("lib_")).toEqual(["lib_20240101_2"]);
    });

    test("that are not there have no relations, and none is asked for none", async () => {
      expect(await engine.relations(["nowhere"])).toEqual([]);
      expect(await engine.relations([])).toEqual([]);
    });
  });

  describe("relations", () => {
    test("are listed with their kind, over several datasets", async () => {
      await engine.createDataset("r1");
      await engine.createDataset("r2");
      await create({ dataset: "r2", name: "t" }, "select 1 as id");
      await engine.createView(
        { dataset: "r1", name: "v" },
        `select id from ${engine.quoted({ dataset: "r2", name: "t" })}`,
      );
      expect(await engine.relations(["r1", "r2"])).toEqual([
        { dataset: "r1", name: "v", kind: "view" },
        { dataset: "r2", name: "t", kind: "table" },
      ]);
    });

    test("are dropped whatever they are, and one that is not there is no error", async () => {
      await create({ dataset: "d", name: "gone" }, "select 1 as id");
      await engine.createView({ dataset: "d", name: "gone_view" }, "select 1 as id");
      for (const relation of ["gone", "gone_view", "gone", "never"])
        await engine.dropRelation({ dataset: "d", name: relation });
      await engine.dropRelation({ dataset: "nowhere", name: "t" });
      const names = (await engine.relations(["d"])).map((relation) => relation.name);
      expect(names).not.toContain("gone");
      expect(names).not.toContain("gone_view");
    });

    test("a view that became a table is replaced, and the other way round", async () => {
      const relation = { dataset: "d", name: "turns" };
      await engine.createView(relation, "select 1 as id");
      await engine.dropRelation(relation);
      await create(relation, "select 2 as id");
      expect(await read(relation)).toEqual([["2"]]);
      await engine.dropRelation(relation);
      await engine.createView(relation, "select 3 as id");
      expect(await read(relation)).toEqual([["3"]]);
    });

    test("one that is there already is not replaced", async () => {
      const relation = { dataset: "d", name: "standing" };
      await create(relation, "select 1 as id");
      await expect(create(relation, "select 2 as id")).rejects.toThrow(/already exists/);
      expect(await read(relation)).toEqual([["1"]]);
    });

    test("have columns with the types that a header would write", async () => {
      const relation = { dataset: "d", name: "typed" };
      await create(
        relation,
        name === "postgres"
          ? `select 1::bigint as a, 'x'::text as b, true as c, date '2024-01-01' as d, timestamptz '2024-01-01 00:00Z' as e,
               1.5::numeric(10, 2) as f, '\\x00'::bytea as g, '1.2.3.0/24'::cidr as h, '1.2.3.4'::inet as i, 1 as j`
          : `select 1 as a, 'x' as b, true as c, date '2024-01-01' as d, timestamp '2024-01-01 00:00:00+00' as e,
               cast(1.5 as numeric) as f, b'a' as g`,
      );
      const types = (await engine.columns(relation)).map(({ name: column, type }) => `${column} ${type}`);
      expect(types).toEqual(
        name === "postgres"
          ? [
              "a bigint",
              "b text",
              "c boolean",
              "d date",
              "e timestamptz",
              "f numeric(10,2)",
              "g bytea",
              "h cidr",
              "i inet",
              "j integer",
            ]
          : ["a int64", "b string", "c bool", "d date", "e timestamp", "f numeric", "g bytes"],
      );
    });

    test("that are not there have no columns", async () => {
      expect(await engine.columns({ dataset: "d", name: "never" })).toEqual([]);
      expect(await engine.columns({ dataset: "nowhere", name: "never" })).toEqual([]);
    });
  });

  describe("names", () => {
    test.each([
      "select",
      "Mixed Case",
      'quo"te',
      "dot.ted",
      "naïve-été",
      "日本",
      "semi;colon",
      "it's",
      "per%cent",
      "new\nline",
      "$1 ?",
    ])("%j works as a dataset, a table, a column and a view", async (odd) => {
      if (name === "duckdb" && /[.\n]/.test(odd)) return; // GoogleSQL has no such name
      const table = { dataset: odd, name: odd };
      await engine.createDataset(odd);
      const column = engine.quoted({ dataset: "x", name: odd }).replace(/^.x.\./, "");
      await create(table, `select 1 as ${column}`);
      await engine.setComments({ ...table, kind: "table" }, { table: `about ${odd}`, columns: { [odd]: odd } });
      await engine.createView({ dataset: odd, name: `${odd} view` }, `select * from ${engine.quoted(table)}`);
      expect(await engine.datasets(odd)).toEqual([odd]);
      expect((await engine.relations([odd])).map((relation) => relation.name).sort()).toEqual(
        [odd, `${odd} view`].sort(),
      );
      expect(await engine.columns(table)).toEqual([{ name: odd, type: name === "postgres" ? "integer" : "int64" }]);
      expect(await engine.count(table, { columns: [{ name: odd, type: { kind: "int64" } }], signal })).toMatchObject({
        rowCount: 1n,
      });
      await engine.dropRelation(table).catch(() => engine.dropRelation({ dataset: odd, name: `${odd} view` }));
      await engine.dropDataset(odd);
      expect(await engine.datasets(odd)).toEqual([]);
    });
  });

  describe("comments", () => {
    const odd = "It's \"5 o'clock\"; \\ '' é 日本 😀\nsecond line";

    test("are set on a table and its columns, and replaced", async () => {
      const relation = { dataset: "d", name: "told", kind: "table" as const };
      await create(relation, "select 1 as id, 2 as other");
      await engine.setComments(relation, { table: "first", columns: { id: "one", other: "two" } });
      await engine.setComments(relation, { table: odd, columns: { id: odd } });
      expect(await commentsOf(relation)).toEqual({ table: odd, id: odd, other: null });
      await engine.setComments(relation, { table: undefined, columns: {} });
      expect(await commentsOf(relation)).toEqual({ table: null, id: null, other: null });
    });

    test("are set on a view and its columns", async () => {
      const relation = { dataset: "d", name: "told_view", kind: "view" as const };
      await engine.createView(relation, "select 1 as id, 2 as other");
      await engine.setComments(relation, { table: odd, columns: { other: odd } });
      expect(await commentsOf(relation)).toEqual({ table: odd, id: null, other: odd });
    });

    test("of a column that is not there are an error, and nothing is set", async () => {
      const relation = { dataset: "d", name: "told_wrong", kind: "table" as const };
      await create(relation, "select 1 as id");
      await expect(engine.setComments(relation, { table: "set", columns: { id: "set", nope: "x" } })).rejects.toThrow(
        /nope/,
      );
      expect(await commentsOf(relation)).toEqual({ table: null, id: null });
    });

    async function commentsOf({ dataset, name: relation, kind }: Relation & { kind: "table" | "view" }) {
      const text =
        name === "postgres"
          ? `select coalesce(attname, 'table'), description from pg_class
               join pg_namespace on pg_namespace.oid = relnamespace
               cross join lateral (select 0 as attnum, null as attname union all
                 select attnum, attname::text from pg_attribute where attrelid = pg_class.oid and attnum > 0) as parts
               left join pg_description on objoid = pg_class.oid and classoid = 'pg_class'::regclass and objsubid = attnum
             where nspname = '${dataset}' and relname = '${relation}'`
          : `select 'table', comment from duckdb_${kind}s() where schema_name = '${dataset}' and ${kind}_name = '${relation}'
             union all select column_name, comment from duckdb_columns() where schema_name = '${dataset}' and table_name = '${relation}'`;
      const rows = name === "postgres" ? await opened.elsewhere(text) : await (engine as Warehouse).database.all(text);
      return Object.fromEntries(rows);
    }
  });

  describe("createTable", () => {
    test("answers how many rows it made", async () => {
      expect(await create({ dataset: "d", name: "two" }, "select 1 as id union all select 2 as id")).toBe(2n);
      expect(
        await create(
          { dataset: "d", name: "none" },
          `select i from ${engine.quoted({ dataset: "d", name: "numbers" })} where i < 0`,
        ),
      ).toBe(0n);
      expect(
        await create(
          { dataset: "d", name: "all" },
          `select i from ${engine.quoted({ dataset: "d", name: "numbers" })}`,
        ),
      ).toBe(2000n);
    });

    test("takes a query that ends with a comment", async () => {
      await create({ dataset: "d", name: "commented" }, "select 1 as id -- the end");
      const relation = engine.quoted({ dataset: "d", name: "commented" });
      const query = `select id from ${relation} -- the end`;
      expect((await engine.rows(query, { limit: 5, signal })).rows).toEqual([["1"]]);
      expect(await engine.countRows([query, query], { signal })).toEqual([1n, 1n]);
      await engine.explain(query);
    });

    test("leaves nothing where it fails half way, and the name is free again", async () => {
      const relation = { dataset: "d", name: "half" };
      const numbers = engine.quoted({ dataset: "d", name: "numbers" });
      await expect(create(relation, `select 1 / (i - 1999) as x from ${numbers}`)).rejects.toThrow(/division by zero/i);
      expect(await engine.columns(relation)).toEqual([]);
      expect(await create(relation, "select 1 as x")).toBe(1n);
    });

    test("leaves nothing where it is cancelled", async () => {
      const relation = { dataset: "d", name: "cancelled" };
      const controller = new AbortController();
      const making = engine.createTable(relation, forever(), { shape: plain, signal: controller.signal });
      setTimeout(() => controller.abort(), 200);
      await expect(making).rejects.toThrow(InterruptedError);
      expect(await engine.columns(relation)).toEqual([]);
    });
  });

  describe("rows", () => {
    test("are canonical text, with null for NULL, in the order of the query", async () => {
      const query = `select ${sql.big} as a, ${sql.nullText} as b, '' as c, 'é😀' as d, true as e, cast(-0.5 as numeric) as f
        union all select -1, 'x', 'NULL', '', false, cast(12 as numeric) order by 1`;
      const { columns, rows } = await engine.rows(query, { signal });
      expect(columns.map((column) => column.name)).toEqual(["a", "b", "c", "d", "e", "f"]);
      const bool = name === "postgres" ? ["f", "t"] : ["false", "true"];
      const numeric = name === "postgres" ? ["12", "-0.5"] : ["12.000000000", "-0.500000000"];
      expect(rows).toEqual([
        ["-1", "x", "NULL", "", bool[0], numeric[0]],
        ["9223372036854775807", null, "", "é😀", bool[1], numeric[1]],
      ]);
    });

    test("have columns with types as a header writes them", async () => {
      const { columns } = await engine.rows(`select ${sql.big} as a, 'x' as b, true as c, date '2024-01-01' as d`, {
        signal,
      });
      expect(columns.map(({ type }) => type)).toEqual(
        name === "postgres" ? ["bigint", "text", "boolean", "date"] : ["int64", "string", "bool", "date"],
      );
    });

    test("are at most as many as asked for, and an empty result has its columns", async () => {
      const numbers = engine.quoted({ dataset: "d", name: "numbers" });
      expect((await engine.rows(`select i from ${numbers} order by i desc`, { limit: 2, signal })).rows).toEqual([
        ["2000"],
        ["1999"],
      ]);
      expect((await engine.rows(`select i from ${numbers}`, { limit: 0, signal })).rows).toEqual([]);
      const empty = await engine.rows(`select i from ${numbers} where i < 0`, { signal });
      expect(empty.columns.map((column) => column.name)).toEqual(["i"]);
      expect(empty.rows).toEqual([]);
    });
  });

  describe("countRows", () => {
    test("counts what each query returns", async () => {
      const numbers = engine.quoted({ dataset: "d", name: "numbers" });
      const queries = [
        `select i from ${numbers}`,
        `select i from ${numbers} where i <= 3`,
        `select i from ${numbers} where i < 0`,
      ];
      expect(await engine.countRows(queries, { signal })).toEqual([2000n, 3n, 0n]);
      expect(await engine.countRows([], { signal })).toEqual([]);
    });
  });

  describe("explain", () => {
    test("finds a mistake and keeps nothing", async () => {
      await engine.explain("select 1 as id");
      await expect(engine.explain("select nope from (select 1 as id) as one")).rejects.toThrow(EngineError);
    });
  });

  describe("errors", () => {
    const one = "(select 1 as id) as one";
    test.each([
      ["at the start", `select nope from ${one}`],
      ["after other columns", `select id, nope from ${one}`],
      ["after line breaks", `select\n  id,\r\n\tnope\nfrom ${one}`],
      ["after text that is not ASCII", `select 'äé 日本' as word, nope from ${one}`],
      ["after letters beyond U+FFFF", `select '😀🤦🏼‍♂️' as face, nope from ${one}`],
      ["after the same word as text", `select 'nope' as word, nope from ${one}`],
      ["after the same word in a comment", `select /* nope */ id, nope from ${one}`],
    ])("point into the query %s", async (_, query) => {
      const at = query.lastIndexOf("nope");
      const given = { dataset: "d", name: "nope_made" };
      for (const attempt of [
        () => create(given, query),
        () => engine.createView(given, query),
        () => engine.explain(query),
        () => engine.rows(query, { signal }),
        () => engine.rows(query, { limit: 3, signal }),
      ])
        expect(await failure(attempt)).toMatchObject({ name: "EngineError", position: at });
      expect(await engine.columns(given)).toEqual([]);
    });

    test("behind the query point at its end", async () => {
      const { position } = await failure(() => engine.rows("select (1", { limit: 3, signal }));
      expect(position).toBe("select (1".length);
    });

    test("name a missing table at its place", async () => {
      const query = `select 1 as id,\n  2 as other\nfrom ${engine.quoted({ dataset: "d", name: "no_such" })}`;
      const { message, position } = await failure(() => engine.rows(query, { signal }));
      expect(message).toMatch(/no_such/);
      expect(query.slice(position).replace(/^["`]?(d["`]?\.["`]?)?/, "")).toMatch(/^no_such/);
    });

    test("keep what the driver said, in one line or more without its drawing", async () => {
      const error = await failure(() => engine.rows(`select nope from ${one}`, { signal }));
      expect(error.message).toMatch(/nope/);
      expect(error.message).not.toMatch(/LINE 1|exception_message|\{/);
    });

    async function failure(work: () => Promise<unknown>): Promise<EngineError> {
      try {
        await work();
      } catch (error) {
        return error as EngineError;
      }
      throw new Error("nothing failed");
    }
  });

  describe("a cancel", () => {
    test("ends a long query on the server, and the engine goes on", async () => {
      for (let attempt = 0; attempt < 5; attempt += 1) {
        const controller = new AbortController();
        const running = engine.rows(forever(), { signal: controller.signal });
        setTimeout(() => controller.abort(), 20 + 40 * attempt);
        const startedAt = performance.now();
        await expect(running).rejects.toThrow(InterruptedError);
        expect(performance.now() - startedAt).toBeLessThan(10_000);
      }
      if (name === "postgres") {
        const active = `select count(*) from pg_stat_activity where query like '%numbers%' and state = 'active' and pid <> pg_backend_pid()`;
        expect(await opened.elsewhere(active)).toEqual([["0"]]);
      }
      expect((await engine.rows("select 1 as id", { signal })).rows).toEqual([["1"]]);
    });

    test("that came before begins nothing", async () => {
      const relation = { dataset: "d", name: "never_begun" };
      await expect(
        engine.createTable(relation, "select 1 as id", { shape: plain, signal: AbortSignal.abort() }),
      ).rejects.toThrow(InterruptedError);
      await expect(engine.rows("select 1 as id", { signal: AbortSignal.abort() })).rejects.toThrow(InterruptedError);
      await expect(engine.countRows(["select 1 as id"], { signal: AbortSignal.abort() })).rejects.toThrow(
        InterruptedError,
      );
      expect(await engine.columns(relation)).toEqual([]);
    });

    test("that comes after does nothing", async () => {
      const controller = new AbortController();
      await engine.rows("select 1 as id", { signal: controller.signal });
      controller.abort();
      await sleep(20);
      expect((await engine.rows("select 2 as id", { signal })).rows).toEqual([["2"]]);
    });

    test("ends the export and the load of rows, and no table is left", async () => {
      const numbers = engine.quoted({ dataset: "d", name: "numbers" });
      await create({ dataset: "d", name: "many" }, `select a.i from ${numbers} as a cross join ${numbers} as b`);
      const file = join(opened.folder, "many.csv");
      const columns: CrossingColumn[] = [{ name: "i", type: { kind: "int64" } }];
      const options = (milliseconds: number) => ({ columns, signal: AbortSignal.timeout(milliseconds) });
      await expect(engine.exportTo(file, { dataset: "d", name: "many" }, options(60))).rejects.toThrow(
        InterruptedError,
      );
      await expect(engine.count({ dataset: "d", name: "many" }, options(60))).rejects.toThrow(InterruptedError);
      expect(await engine.exportTo(file, { dataset: "d", name: "many" }, { columns, signal })).toBe(4_000_000n);
      await expect(engine.load(file, { dataset: "d", name: "loaded" }, options(60))).rejects.toThrow(InterruptedError);
      expect(await engine.columns({ dataset: "d", name: "loaded" })).toEqual([]);
    });
  });

  describe("at the same time", () => {
    test("many queries run, more than there are connections", async () => {
      const results = await Promise.all(
        Array.from({ length: 30 }, (_, index) => engine.rows(`select ${index} as id`, { signal })),
      );
      expect(results.map(({ rows }) => rows[0]![0])).toEqual(results.map((_, index) => String(index)));
    });
  });

  describe("load", () => {
    const columns: CrossingColumn[] = [
      { name: "id", type: { kind: "int64" } },
      { name: "text", type: { kind: "string" } },
    ];
    const relation = { dataset: "d", name: "from_file" };

    test.each([
      ["a value of the wrong type", "1,a\nx,b\n", /id/],
      ["a row too short", "1,a\n2\n", /./],
      ["a row too long", "1,a\n2,b,c\n", /./],
      ["a number that is too large", "9223372036854775808,a\n", /id|range/],
      ["a file that ends in the middle of a text", '1,"a\n2,b\n', /quote|unterminated/i],
      ["bytes that are no UTF-8", Buffer.from([0x31, 0x2c, 0x22, 0xff, 0x22, 0x0a]), /UTF-?8|unicode/i],
    ])("of %s fails and leaves no table", async (_, content, message) => {
      const file = join(opened.folder, "bad.csv");
      await writeFile(file, content);
      const loading = engine.load(file, relation, { columns, signal });
      await expect(loading).rejects.toThrow(EngineError);
      await expect(loading).rejects.toThrow(message);
      expect(await engine.columns(relation)).toEqual([]);
    });

    test("of a file that is not there fails by name", async () => {
      await expect(engine.load(join(opened.folder, "nowhere.csv"), relation, { columns, signal })).rejects.toThrow(
        /nowhere\.csv/,
      );
      expect(await engine.columns(relation)).toEqual([]);
    });

    test("is undone where what arrived is not accepted", async () => {
      const file = join(opened.folder, "good.csv");
      await writeFile(file, '1,"a"\n2,\n');
      let heard: unknown;
      const accept = async (arrived: unknown) => {
        heard = arrived;
        throw new Error("not that");
      };
      await expect(engine.load(file, relation, { columns, signal, accept })).rejects.toThrow("not that");
      expect(heard).toMatchObject({ rowCount: 2n });
      expect(await engine.columns(relation)).toEqual([]);
      expect(await engine.load(file, relation, { columns, signal })).toEqual(heard);
      expect(await read(relation)).toEqual([
        ["1", "a"],
        ["2", null],
      ]);
    });
  });

  /** No end within a test: 16 * 10^12 rows. */
  function forever(): string {
    const numbers = engine.quoted({ dataset: "d", name: "numbers" });
    const list = ["a", "b", "c", "d"].map((alias) => `${numbers} as ${alias}`).join(" cross join ");
    return `select sum(mod(a.i * b.i + c.i * d.i, 7)) as x from ${list}`;
  }
});

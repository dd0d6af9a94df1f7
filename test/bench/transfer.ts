import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { execa } from "execa";
import pg from "pg";
import { openDuckDB } from "../../runner/engines/duckdb/connect.ts";
import type { Engine } from "../../runner/engines/engine.ts";
import { openCluster } from "../../runner/engines/postgres/cluster.ts";
import { openPostgres } from "../../runner/engines/postgres/connect.ts";
import { transfer as transferTable } from "../../runner/run/transfer.ts";

const memoryLimit = "512MB";
const rounds = 5;

/** Columns of match_ip_to_iprange. */
const columns = Object.entries({
  c_ip: "text",
  family: "bigint",
  prefix: "text",
  asn: "bigint",
  vendor: "text",
  cloud: "text",
  cloud_prefix: "text",
  region: "text",
}).map(([name, type]) => ({ name, type, crosses: true }));

const definition = columns.map(({ name, type }) => `${name} ${type}`).join(", ");

export type TransferFigures = {
  /** Medians over the rounds: seconds of a transfer, of COPY out and in, and what the first is of the second. */
  toDuckDB: Figure;
  toPostgres: Figure;
  /** Peak resident memory of a process that copies there and back. */
  peakMiB: { oneMillion: number; fourMillion: number; ratio: number };
};
type Figure = { seconds: number; copySeconds: number; ratio: number; ratios: number[] };

/** A million rows there and back with counts and checksums, beside COPY to a file and COPY from it in the same run; and memory. */
export async function transfer(): Promise<TransferFigures> {
  await using place = await openPlace();
  await makeTable(place.url, "m1", 1_000_000);
  await makeTable(place.url, "m4", 4_000_000);

  const figures = await timesOf(place);
  const oneMillion = await peakOf(place, "m1");
  const fourMillion = await peakOf(place, "m4");
  const peakMiB = { oneMillion, fourMillion, ratio: fourMillion / oneMillion };

  const told = ({ seconds, copySeconds, ratio, ratios }: Figure) =>
    `${seconds.toFixed(2)} s, COPY out and in ${copySeconds.toFixed(2)} s; ratio ${ratio.toFixed(2)} (${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)}, ${rounds} rounds)   (at most 1.5)`;
  console.log(`1,000,000 rows Postgres to DuckDB: ${told(figures.toDuckDB)}`);
  console.log(`1,000,000 rows DuckDB to Postgres: ${told(figures.toPostgres)}`);
  console.log(
    `there and back, memory_limit ${memoryLimit}: peak RSS ${oneMillion.toFixed(0)} MiB for 1,000,000 rows, ${fourMillion.toFixed(0)} MiB for 4,000,000; ratio ${peakMiB.ratio.toFixed(2)}   (at most 1.15)`,
  );
  return { ...figures, peakMiB };
}

type Place = { folder: string; url: string };

async function openPlace(): Promise<Place & AsyncDisposable> {
  const folder = await mkdtemp(join(tmpdir(), "bench-"));
  await chmod(folder, 0o777); // the server's user writes files there too
  const cluster = await openCluster({ stateDir: join(folder, "state") });
  await cluster.ensureDatabase("bench");
  return {
    folder,
    url: cluster.url("bench"),
    async [Symbol.asyncDispose]() {
      await cluster.release();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function makeTable(url: string, name: string, rowCount: number): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(
    `create table ${name} as
     with numbered as (
       select i, '1.0.0.0'::inet + (i::bigint * 3571 % 3700000000) as address, i % 10 = 0 as is_cloud
       from generate_series(1, ${rowCount}) as i
     )
     select
       host(address) as c_ip,
       4::bigint as family,
       network(set_masklen(address, 20))::text as prefix,
       (i % 80000)::bigint as asn,
       case when i % 3 = 0 then (array['amazon', 'google', 'microsoft', 'alibaba'])[1 + i % 4] else 'unknown' end as vendor,
       case when is_cloud then 'google' end as cloud,
       case when is_cloud then network(set_masklen(address, 16))::text end as cloud_prefix,
       case when is_cloud then 'us-east-1' end as region
     from numbered`,
  );
  await client.query(`analyze ${name}`);
  await client.end();
}

/** Each round times both ways of both directions, one after the other, so that a busy machine slows all alike. */
async function timesOf(place: Place): Promise<Pick<TransferFigures, "toDuckDB" | "toPostgres">> {
  await using engines = await openEngines(place, "timed");
  await using plain = await openPlain(place);
  const taken: Record<"toDuckDB" | "toPostgres", { seconds: number; copySeconds: number }[]> = {
    toDuckDB: [],
    toPostgres: [],
  };
  for (let round = 0; round <= rounds; round += 1) {
    await plain.clear();
    const copySeconds = { toDuckDB: await plain.toDuckDB(), toPostgres: await plain.toPostgres() };
    const seconds = { toDuckDB: await engines.toDuckDB("m1"), toPostgres: await engines.toPostgres("m1") };
    await engines.clear();
    if (round === 0) continue; // caches are cold
    for (const direction of ["toDuckDB", "toPostgres"] as const)
      taken[direction].push({ seconds: seconds[direction], copySeconds: copySeconds[direction] });
  }
  return { toDuckDB: figureOf(taken.toDuckDB), toPostgres: figureOf(taken.toPostgres) };
}

function figureOf(taken: readonly { seconds: number; copySeconds: number }[]): Figure {
  const ratios = taken.map(({ seconds, copySeconds }) => seconds / copySeconds);
  return {
    seconds: medianOf(taken.map(({ seconds }) => seconds)),
    copySeconds: medianOf(taken.map(({ copySeconds }) => copySeconds)),
    ratio: medianOf(ratios),
    ratios,
  };
}

/** What the two databases do by themselves: a file of one, read by the other into a table that stands already. */
async function openPlain({ folder, url }: Place) {
  const postgres = new pg.Client({ connectionString: url });
  await postgres.connect();
  const instance = await DuckDBInstance.create(join(folder, "plain.duckdb"), { memory_limit: memoryLimit });
  const duckdb = await instance.connect();
  const [sent, returned] = [join(folder, "sent.csv"), join(folder, "returned.csv")];
  return {
    async clear() {
      await postgres.query(`drop table if exists plain; create table plain (${definition})`);
      await duckdb.run(`drop table if exists plain; create table plain (${definition})`);
      await rm(sent, { force: true });
      await rm(returned, { force: true });
    },
    toDuckDB: () =>
      secondsOf(async () => {
        await postgres.query(`copy m1 to '${sent}' (format csv)`);
        await duckdb.run(`copy plain from '${sent}' (format csv, header false)`);
      }),
    toPostgres: () =>
      secondsOf(async () => {
        await duckdb.run(`copy plain to '${returned}' (format csv, header false)`);
        await postgres.query(`copy plain from '${returned}' (format csv)`);
      }),
    async [Symbol.asyncDispose]() {
      await postgres.end();
      duckdb.closeSync();
      instance.closeSync();
    },
  };
}

async function openEngines({ folder, url }: Place, name: string) {
  await using stack = new AsyncDisposableStack();
  const postgres = stack.use(await openPostgres({ url, embedded: true }));
  const duckdb = stack.use(await openDuckDB({ file: join(folder, `${name}.duckdb`), readOnly: false, memoryLimit }));
  await postgres.createDataset("returned");
  await duckdb.createDataset("sent");
  const copied = (from: Engine, to: Engine, [source, target]: [string, string], table: string) =>
    secondsOf(() =>
      transferTable({
        model: { name: table, columns: columns as never },
        from,
        to,
        source: { dataset: source, name: table },
        target: { dataset: target, name: table },
        file: join(folder, `${name}.csv`),
        signal: new AbortController().signal,
      }),
    );
  const opened = stack.move();
  return {
    toDuckDB: (table: string) => copied(postgres, duckdb, ["public", "sent"], table),
    toPostgres: (table: string) => copied(duckdb, postgres, ["sent", "returned"], table),
    async clear() {
      await postgres.dropDataset("returned");
      await duckdb.dropDataset("sent");
      await postgres.createDataset("returned");
      await duckdb.createDataset("sent");
    },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

/** In a process of its own: this file, run with the place and a table. */
async function peakOf(place: Place, table: string): Promise<number> {
  const { stdout } = await execa(process.execPath, [import.meta.filename, place.folder, place.url, table]);
  return Number(stdout);
}

if (process.argv[1] === import.meta.filename) {
  const [folder, url, table] = process.argv.slice(2) as [string, string, string];
  await using engines = await openEngines({ folder, url }, table);
  await engines.toDuckDB(table);
  await engines.toPostgres(table);
  await engines.clear();
  console.log(process.resourceUsage().maxRSS / 1024);
}

async function secondsOf(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return (performance.now() - startedAt) / 1000;
}

function medianOf(values: readonly number[]): number {
  return [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)]!;
}

import { existsSync } from "node:fs";
import { statfs } from "node:fs/promises";
import { openPostgresOf, openWarehouse } from "../engines/open.ts";
import { messageOf } from "../errors.ts";
import type { Context, ExitCode } from "./context.ts";

type Finding = { what: string; good: boolean; says: string; todo?: string };

/** Checks what a build needs on this machine, one line each, with what to do about what it finds. */
export async function doctorCommand(context: Context): Promise<ExitCode> {
  const { config, signal } = context;
  const findings: Finding[] = [
    {
      what: "node",
      good: Number(process.versions.node.split(".")[0]) >= 24,
      says: process.versions.node,
      todo: "run npm ci: the npm package node brings it",
    },
    await tried(
      "project",
      async () => {
        const { readProject } = await import("../project/project.ts");
        const project = await readProject(config);
        return `${project.models.size} models, ${project.seeds.size} seeds, ${project.sources.size} sources`;
      },
      "mend the mistakes that it names",
    ),
    await tried(
      "disk",
      async () => {
        const { bavail, bsize } = await statfs(config.projectDir);
        const gib = Number(bavail * bsize) / 2 ** 30;
        if (gib < 2) throw new Error(`${gib.toFixed(1)} GiB free in ${config.projectDir}`);
        return `${gib.toFixed(0)} GiB free`;
      },
      "make room: a build of the sample takes about 1 GiB; `runner gc` removes what no kept release needs",
    ),
    await tried(
      "warehouse",
      async () => {
        if (config.warehouse.kind === "duckdb" && !existsSync(config.warehouse.file))
          return `nothing is built yet; \`runner build\` makes ${config.warehouse.file}`;
        await using warehouse = await openWarehouse(config, { write: false, waitMs: 0, signal });
        const [version] = (await warehouse.database.all("select version(), current_setting('memory_limit')"))[0]!;
        return `${warehouse.name} ${version}`;
      },
      "nothing was built yet, or another command runs; `runner build` makes the file",
    ),
    await tried(
      "postgres",
      async () => {
        await using postgres = await openPostgresOf(config, { signal, onNotice: context.tell });
        const { rows } = await postgres.rows("select version()", { signal });
        return String(rows[0]![0]);
      },
      "see the message; where DATABASE_URL is set, check that it can be reached",
    ),
  ];
  for (const { what, good, says, todo } of findings)
    context.print(
      `${good ? context.colours.good("ok  ") : context.colours.bad("bad ")} ${what.padEnd(10)} ${says}${good || !todo ? "" : `\n     ${todo}`}`,
    );
  const { provenForms } = await import("../engines/duckdb/googlesql.ts");
  context.print(`\nForms of GoogleSQL that are proven to mean the same in DuckDB (${provenForms.length}):`);
  context.print(`  ${provenForms.map(({ name }) => name).join(", ")}`);
  return findings.every(({ good }) => good) ? 0 : 1;
}

async function tried(what: string, look: () => Promise<string>, todo: string): Promise<Finding> {
  try {
    return { what, good: true, says: await look() };
  } catch (error) {
    return { what, good: false, says: messageOf(error), todo };
  }
}

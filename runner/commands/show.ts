import { NotStartedError } from "../errors.ts";
import { nodesOf, publishedNode } from "../plan/node.ts";
import type { Model } from "../project/model.ts";
import { readProject } from "../project/project.ts";
import { select } from "../project/select.ts";
import { jsonLine } from "../report/json.ts";
import { formatTable } from "../report/table.ts";
import { openPostgresOf } from "../engines/open.ts";
import type { Engine, Result } from "../engines/engine.ts";
import { openReading } from "../run/session.ts";
import type { Wish } from "../run/state.ts";
import type { Context, ExitCode } from "./context.ts";

export type ShowCommandOptions = Wish & {
  limit: number;
  output: "table" | "json" | "csv";
  build?: string;
  wait: number;
};

/** Prints rows of models, as the live release has them or as the named build made them. Personal columns are masked. */
export async function showCommand(context: Context, options: ShowCommandOptions, names: string[]): Promise<ExitCode> {
  const project = await readProject(context.config);
  const nodes = nodesOf(project);
  const wish = { select: [...names, ...options.select], exclude: options.exclude };
  if (wish.select.length === 0) throw new NotStartedError("which model? for example: runner show usage_by_vendor");
  const chosen = select(project, wish).nodes;
  await using session = await openReading(project, { ...context, waitMs: options.wait * 1000 });
  if (!session) throw new NotStartedError("nothing was built yet; run: runner build");
  await using opened = new AsyncDisposableStack();
  let postgres: Engine | undefined;
  const tables =
    options.build === undefined
      ? (session.live?.tables ?? {})
      : Object.fromEntries(
          (await session.records.tables())
            .filter(({ build }) => build === options.build)
            .map((table) => [table.node, table]),
        );
  const shown = [...project.models.values()].filter(
    (model) => chosen.has(model.name) && model.materialized !== "ephemeral",
  );
  for (const [index, model] of shown.entries()) {
    const copy = model.side === "postgres" ? nodes.get(`${model.name} -> warehouse`) : undefined;
    const table = (copy && tables[copy.id]) ?? tables[model.published ? publishedNode(nodes, model).id : model.name];
    if (!table)
      throw new NotStartedError(
        `${model.name} is not in ${options.build ?? "the live release"}; run: runner build --select ${model.name}`,
      );
    if (table.side === "postgres")
      postgres ??= opened.use(await openPostgresOf(context.config, { signal: context.signal, onNotice: context.tell }));
    const engine = table.side === "postgres" ? postgres! : session.warehouse;
    const result = await engine.rows(`select * from ${engine.quoted(table.relation)}`, {
      limit: options.limit,
      signal: context.signal,
    });
    if (shown.length > 1 && options.output === "table" && !context.json)
      context.print(`${index > 0 ? "\n" : ""}${context.colours.bold(model.name)}`);
    const safe = masked(result, model);
    if (!context.json) print(context, safe, options.output);
    for (const row of safe.rows) context.row({ kind: "row", model: model.name, values: valuesOf(safe, row) });
  }
  return 0;
}

function masked({ columns, rows }: Result, model: Model): Result {
  const personal = columns.map(
    ({ name }) => model.columns.find((column) => column.name === name)?.pii.kind === "personal",
  );
  return {
    columns,
    rows: rows.map((row) => row.map((value, index) => (personal[index] && value !== null ? "***" : value))),
  };
}

function valuesOf({ columns }: Result, row: readonly (string | null)[]): Record<string, string | null> {
  return Object.fromEntries(columns.map(({ name }, index) => [name, row[index] ?? null]));
}

function print(context: Context, result: Result, output: ShowCommandOptions["output"]): void {
  const { columns, rows } = result;
  const names = columns.map(({ name }) => name);
  switch (output) {
    case "table":
      context.print(formatTable(names, rows, { width: context.width() }));
      break;
    case "json":
      for (const row of rows) context.print(jsonLine(valuesOf(result, row)));
      break;
    case "csv":
      context.print([names, ...rows].map((row) => row.map(csvField).join(",")).join("\n"));
      break;
    default:
      output satisfies never;
  }
}

/** NULL is nothing, the empty string is `""`. */
function csvField(value: string | null): string {
  if (value === null) return "";
  return value === "" || /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}

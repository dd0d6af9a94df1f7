import { type Nodes, publishedNode } from "../plan/node.ts";
import type { Model } from "../project/model.ts";
import { quotedName } from "../project/render.ts";
import type { Release } from "../records/records.ts";
import type { Session } from "./session.ts";

/** Rows of a model for people, personal columns masked. `more`: the table has others. */
export type Summary = { name: string; columns: string[]; rows: (string | null)[][]; more: boolean };

const shownRows = 40;

/** Reads the models that say `summary: true`, as the release has them. */
export async function readSummaries(
  session: Session,
  { release, nodes, signal }: { release: Release; nodes: Nodes; signal: AbortSignal },
): Promise<Summary[]> {
  const { warehouse, project } = session;
  const found: Summary[] = [];
  for (const model of project.models.values()) {
    if (!model.summary) continue;
    const table = release.tables[publishedNode(nodes, model)?.id ?? model.name];
    if (table?.side !== "warehouse") continue;
    const query = `select * from ${warehouse.quoted(table.relation)}${orderOf(model)}`;
    const { columns, rows } = await warehouse.rows(query, { limit: shownRows + 1, signal });
    const personal = new Set(model.columns.filter(({ pii }) => pii.kind === "personal").map(({ name }) => name));
    found.push({
      name: model.name,
      columns: columns.map(({ name }) => name),
      rows: rows
        .slice(0, shownRows)
        .map((row) =>
          row.map((value, index) => (value !== null && personal.has(columns[index]!.name) ? "***" : value)),
        ),
      more: rows.length > shownRows,
    });
  }
  return found;
}

/** By its key; a model with a key of one column is a ranking, so the largest of its first number goes first. */
function orderOf({ grain, columns }: Model): string {
  const name = (column: string) => quotedName("warehouse", column);
  const number = columns.find((column) => !grain.includes(column.name) && isNumber(column.type));
  const order = [...(grain.length === 1 && number ? [`${name(number.name)} desc`] : []), ...grain.map(name)];
  return order.length > 0 ? ` order by ${order.join(", ")}` : "";
}

function isNumber(type: string): boolean {
  return /^(int|bigint|smallint|numeric|bignumeric|decimal|float|double)/i.test(type);
}

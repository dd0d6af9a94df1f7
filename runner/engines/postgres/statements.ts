import knexBuilder from "knex";
import type { Comments, CrossingColumn, Relation, TableShape } from "../engine.ts";
import { exported, postgresType, quoteName, quoteText } from "./types.ts";

/** Builds text only: it is given no connection, the statements run over `pg` where they can be cancelled. */
const knex = knexBuilder({ client: "pg" });

export function nameOf({ dataset, name }: Relation): string {
  return `${quoteName(dataset)}.${quoteName(name)}`;
}

export function createDataset(dataset: string): string {
  return `create schema if not exists ${quoteName(dataset)}`; // knex takes a dot in a name for two names
}

export function dropDataset(dataset: string): string {
  return `drop schema if exists ${quoteName(dataset)} cascade`;
}

export function datasets(prefix: string): string {
  return knex("pg_namespace")
    .select("nspname")
    .whereRaw("starts_with(nspname, ?)", [prefix])
    .orderBy("nspname")
    .toString();
}

export function relations(names: readonly string[]): string {
  return knex("pg_class")
    .join("pg_namespace", "pg_namespace.oid", "pg_class.relnamespace")
    .select("nspname", "relname", "relkind", "relpersistence")
    .whereIn("nspname", [...names])
    .whereIn("relkind", ["r", "v"])
    .orderBy(["nspname", "relname"])
    .toString();
}

/** The kind of one relation: a word for DROP. */
export function relationNamed({ dataset, name }: Relation): string {
  return knex("pg_class")
    .join("pg_namespace", "pg_namespace.oid", "pg_class.relnamespace")
    .select(
      knex.raw(
        "case relkind when 'v' then 'view' when 'm' then 'materialized view' when 'f' then 'foreign table' else 'table' end",
      ),
    )
    .where({ nspname: dataset, relname: name })
    .whereIn("relkind", ["r", "p", "v", "m", "f"])
    .toString();
}

export function columns({ dataset, name }: Relation): string {
  return knex("pg_attribute")
    .join("pg_class", "pg_class.oid", "pg_attribute.attrelid")
    .join("pg_namespace", "pg_namespace.oid", "pg_class.relnamespace")
    .select("attname", knex.raw("format_type(atttypid, atttypmod) as type"))
    .where({ nspname: dataset, relname: name, attisdropped: false })
    .where("attnum", ">", 0)
    .orderBy("attnum")
    .toString();
}

export function createTableAs(relation: Relation, unlogged: boolean): string {
  return `create ${unlogged ? "unlogged " : ""}table ${nameOf(relation)} as `;
}

/** What comes after the rows: keys, indexes, and the statistics that later plans rest on. */
export function finishTable(relation: Relation, { primaryKey, indexes }: TableShape): string[] {
  const list = (names: readonly string[]) => names.map(quoteName).join(", ");
  return [
    ...(primaryKey.length > 0 ? [`alter table ${nameOf(relation)} add primary key (${list(primaryKey)})`] : []),
    ...indexes.map(
      ({ columns: names, unique, using }) =>
        `create ${unique ? "unique " : ""}index on ${nameOf(relation)} ${using ? `using ${quoteName(using)} ` : ""}(${list(names)})`,
    ),
  ];
}

/** Says exactly this: a column that is not told of loses what was said of it. */
export function comments(
  relation: Relation & { kind: "table" | "view" },
  { columns, comments: { table, columns: texts } }: { columns: readonly string[]; comments: Comments },
): string[] {
  const name = nameOf(relation);
  const said = (text: string | undefined) => (text === undefined ? "null" : quoteText(text));
  return [
    `comment on ${relation.kind} ${name} is ${said(table)}`,
    ...[...new Set([...columns, ...Object.keys(texts)])].map(
      (column) => `comment on column ${name}.${quoteName(column)} is ${said(texts[column])}`,
    ),
  ];
}

/** COPY writes NULL as nothing and the empty string in quotes. Without a file the rows go to the client. */
export function copyTo(relation: Relation, crossing: readonly CrossingColumn[], file?: string): string {
  const to = file === undefined ? "stdout" : quoteText(file);
  return `copy (select ${crossing.map(exported).join(", ")} from ${nameOf(relation)}) to ${to} (format csv, encoding 'UTF8')`;
}

export function createFor(relation: Relation, crossing: readonly CrossingColumn[], unlogged: boolean): string {
  const list = crossing.map(({ name, type }) => `${quoteName(name)} ${postgresType(type)}`).join(", ");
  return `create ${unlogged ? "unlogged " : ""}table ${nameOf(relation)} (${list})`;
}

export function copyFrom(relation: Relation, file?: string): string {
  const from = file === undefined ? "stdin" : quoteText(file);
  return `copy ${nameOf(relation)} from ${from} (format csv, encoding 'UTF8')`;
}

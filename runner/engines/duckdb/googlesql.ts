import { readFileSync } from "node:fs";
import { aggregates } from "./googlesql/aggregates.ts";
import { nameOfForm } from "./googlesql/call.ts";
import type { Environment, TableColumn } from "./googlesql/environment.ts";
import { functions } from "./googlesql/functions.ts";
import { nameOfOperator, operators } from "./googlesql/operators.ts";
import { parse } from "./googlesql/parse-query.ts";
import { relationOf, statementOf } from "./googlesql/query.ts";
import { GoogleSqlError, type Refusal } from "./googlesql/refusal.ts";
import { syntaxForms } from "./googlesql/syntax.ts";
import { typeOfColumn } from "./googlesql/type.ts";

/*
 * GoogleSQL for DuckDB. A statement is parsed whole (googlesql/token.ts, parse-*.ts): what the parser has no word for is refused, never
 * skipped. Then each name is resolved and each expression given its GoogleSQL type (query.ts, select.ts, from.ts, expression.ts), since one
 * operator means different things by type: INT64 / INT64 is FLOAT64, NUMERIC / NUMERIC is NUMERIC. A function, operator or cast is sent
 * only in a form that stands on the list with these types (functions*.ts, aggregates.ts, operators.ts, casts.ts, syntax.ts), as DuckDB's
 * own word or as a macro of prelude.sql. A list is data: a form more is a row more, and a case in test/googlesql/.
 */

export { GoogleSqlError, type Refusal };

/** Columns of the tables that a statement reads, by `dataset.table`, with types as a header writes them: int64, numeric(38, 9). */
export type KnownTables = ReadonlyMap<string, readonly { name: string; type: string }[]>;

/** Which listed forms a statement uses, and what it holds that is not on the list. `offset` counts characters from 0. */
export function checkGoogleSql(
  sql: string,
  tables?: KnownTables,
): { forms: string[]; refusals: Refusal[]; tables: { path: string[]; offset: number }[] } {
  const noted: GoogleSqlError[] = [];
  const environment = environmentWith(tables, noted);
  try {
    statementOf(parse(sql), environment);
  } catch (error) {
    if (!(error instanceof GoogleSqlError)) throw error;
    noted.push(error);
  }
  const refusals = new Map(
    noted.flatMap((error) => error.refusals).map((refusal) => [`${refusal.offset} ${refusal.construct}`, refusal]),
  );
  return {
    forms: [...environment.forms].sort(),
    refusals: [...refusals.values()].sort((left, right) => left.offset - right.offset),
    tables: environment.tablesRead,
  };
}

/** DuckDB SQL with the same meaning, for a database that has run `preludeSql()`. Throws GoogleSqlError. */
export function translate(sql: string, tables?: KnownTables): string {
  return statementOf(parse(sql), environmentWith(tables, undefined)).sql;
}

/** Nothing to load: the translator is plain TypeScript. */
export async function warmUp(): Promise<void> {}

/** Everything proven equal, as `runner doctor` prints it: functions and operators with the types they take, clauses, literals, casts. */
export const provenForms: readonly { name: string }[] = [
  ...syntaxForms,
  ...operators.map(nameOfOperator),
  ...functions.map((form) => nameOfForm(form)),
  ...aggregates.flatMap((form) =>
    form.allows?.includes("distinct") ? [nameOfForm(form), nameOfForm(form, true)] : [nameOfForm(form)],
  ),
].map((name) => ({ name }));

/** Macros `bq_...` in the schema `main`: to run once in each DuckDB file, before anything translated is run there. */
export function preludeSql(): string {
  return readFileSync(new URL("./prelude.sql", import.meta.url), "utf8");
}

function environmentWith(tables: KnownTables | undefined, noted: GoogleSqlError[] | undefined): Environment {
  let aliases = 0;
  const environment: Environment = {
    entries: new Map(),
    tables: tables && new Map([...tables].map(([name, columns]) => [name, columns.map(tableColumn)])),
    tablesRead: [],
    forms: new Set(),
    noted,
    nextAlias: () => `bq:${++aliases}`,
    queryOf: (query, outer) => relationOf(query, environment, outer),
  };
  return environment;
}

/** A NUMERIC of another precision is read as GoogleSQL sees it. */
function tableColumn({ name, type }: { name: string; type: string }): TableColumn {
  const read = typeOfColumn(type);
  const stored =
    read.kind === "NUMERIC" && /\(/.test(type) && !/\(\s*38\s*,\s*9\s*\)/.test(type) ? "DECIMAL(38,9)" : undefined;
  return { name, type: read, stored };
}

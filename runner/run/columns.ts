import type { ResultColumn } from "../engines/engine.ts";
import { EngineError } from "../errors.ts";
import type { Column, Model } from "../project/model.ts";

/** Throws where the built table has other columns than the model declares. Nothing declared: nothing to compare. */
export function checkColumns(model: Pick<Model, "name" | "columns">, actual: readonly ResultColumn[]): void {
  if (model.columns.length === 0) return;
  const names = (columns: readonly { name: string }[]) => columns.map(({ name }) => name).join(", ");
  if (names(model.columns) !== names(actual))
    throw new EngineError(`${model.name} declares the columns ${names(model.columns)}; its SQL makes ${names(actual)}`);
  const other = model.columns.filter((column, index) => !sameType(column, actual[index]!));
  if (other.length > 0) {
    const parts = other.map(
      (column) => `${column.name} is ${actual.find(({ name }) => name === column.name)!.type}, declared ${column.type}`,
    );
    throw new EngineError(`${model.name}: ${parts.join("; ")}; cast it in the SQL or change the header`);
  }
}

function sameType(declared: Column, actual: ResultColumn): boolean {
  return baseType(declared.type) === baseType(actual.type);
}

const spellings: Record<string, string> = {
  int8: "bigint",
  int: "integer",
  int4: "integer",
  int2: "smallint",
  bool: "boolean",
  varchar: "text",
  "character varying": "text",
  decimal: "numeric",
  bignumeric: "numeric",
  "timestamp with time zone": "timestamptz",
  float8: "double precision",
  float4: "real",
};

/** Without length or digits: a result of an expression has none in Postgres. */
function baseType(type: string): string {
  const bare = type
    .toLowerCase()
    .replace(/\s*\([^)]*\)/, "")
    .trim();
  return spellings[bare] ?? bare;
}

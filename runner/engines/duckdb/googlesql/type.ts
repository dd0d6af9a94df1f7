import { mistaken, refused } from "./refusal.ts";
import type { TypeName } from "./tree.ts";

const scalarTypes = {
  INT64: "BIGINT",
  FLOAT64: "DOUBLE",
  NUMERIC: "DECIMAL(38,9)",
  BOOL: "BOOLEAN",
  STRING: "VARCHAR",
  BYTES: "BLOB",
  DATE: "DATE",
  TIMESTAMP: "TIMESTAMPTZ",
  DATETIME: "TIMESTAMP",
  TIME: "TIME",
  JSON: "JSON",
} as const;

/**
 * A GoogleSQL type. UNKNOWN is the type of a column of a table whose columns were not given. `special` marks a FLOAT64 that may be
 * infinite or NaN: only a few functions make one, and arithmetic on it is not proven.
 */
export type Type =
  | { kind: keyof typeof scalarTypes; special?: boolean }
  | { kind: "UNKNOWN" }
  | { kind: "ARRAY"; element: Type }
  | { kind: "STRUCT"; fields: Field[] };
export type Field = { name: string | undefined; type: Type };

export type Kind = Type["kind"];

export const unknown: Type = { kind: "UNKNOWN" };
export const scalar = (kind: keyof typeof scalarTypes): Type => ({ kind });
export const int64 = scalar("INT64");
export const bool = scalar("BOOL");
export const float64 = scalar("FLOAT64");
export const text = scalar("STRING");
export const arrayOf = (element: Type): Type => ({ kind: "ARRAY", element });

/** As GoogleSQL writes it. */
export function nameOfType(type: Type): string {
  switch (type.kind) {
    case "ARRAY":
      return `ARRAY<${nameOfType(type.element)}>`;
    case "STRUCT":
      return `STRUCT<${type.fields.map((field) => `${field.name ? `${field.name} ` : ""}${nameOfType(field.type)}`).join(", ")}>`;
    default:
      return type.kind;
  }
}

/** The DuckDB type that holds it. */
export function duckdbType(type: Type): string {
  switch (type.kind) {
    case "UNKNOWN":
      throw new TypeError("an unknown type has no DuckDB type");
    case "ARRAY":
      return `${duckdbType(type.element)}[]`;
    case "STRUCT":
      return `STRUCT(${fieldNames(type.fields)
        .map((name, index) => `${quoted(name)} ${duckdbType(type.fields[index]!.type)}`)
        .join(", ")})`;
    default:
      return scalarTypes[type.kind];
  }
}

/** DuckDB wants each field named, and no name twice; GoogleSQL does not. */
export function fieldNames(fields: readonly Field[]): string[] {
  const taken = new Set<string>();
  return fields.map(({ name }, index) => {
    const own = name !== undefined && !taken.has(name.toLowerCase()) ? name : `_field_${index + 1}`;
    taken.add(own.toLowerCase());
    return own;
  });
}

export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

export function quotedText(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}

export function holdsUnknown(type: Type): boolean {
  if (type.kind === "ARRAY") return holdsUnknown(type.element);
  if (type.kind === "STRUCT") return type.fields.some((field) => holdsUnknown(field.type));
  return type.kind === "UNKNOWN";
}

export function sameType(left: Type, right: Type): boolean {
  if (left.kind === "ARRAY" && right.kind === "ARRAY") return sameType(left.element, right.element);
  if (left.kind === "STRUCT" && right.kind === "STRUCT") {
    return (
      left.fields.length === right.fields.length &&
      left.fields.every((field, index) => sameType(field.type, right.fields[index]!.type))
    );
  }
  return left.kind === right.kind;
}

const aliases: Record<string, keyof typeof scalarTypes> = {
  INT64: "INT64",
  INT: "INT64",
  INTEGER: "INT64",
  BIGINT: "INT64",
  SMALLINT: "INT64",
  TINYINT: "INT64",
  BYTEINT: "INT64",
  FLOAT64: "FLOAT64",
  NUMERIC: "NUMERIC",
  DECIMAL: "NUMERIC",
  BOOL: "BOOL",
  BOOLEAN: "BOOL",
  STRING: "STRING",
  BYTES: "BYTES",
  DATE: "DATE",
  TIMESTAMP: "TIMESTAMP",
  DATETIME: "DATETIME",
  TIME: "TIME",
  JSON: "JSON", // biome-ignore format: a table
};

export function typeOf(name: TypeName): Type {
  if (name.kind === "array") {
    const element = typeOf(name.element);
    if (element.kind === "ARRAY")
      throw mistaken("ARRAY<ARRAY<...>>", name.at, "an array can't hold arrays", "put a struct between them");
    return arrayOf(element);
  }
  if (name.kind === "struct")
    return { kind: "STRUCT", fields: name.fields.map((field) => ({ name: field.name, type: typeOf(field.type) })) };
  const kind = aliases[name.name];
  if (kind === undefined) {
    if (["BIGNUMERIC", "BIGDECIMAL", "GEOGRAPHY", "INTERVAL", "RANGE", "UUID"].includes(name.name))
      throw refused(`the type ${name.name}`, name.at, "use NUMERIC, STRING or INT64");
    throw mistaken(name.name, name.at, "is not a type of BigQuery");
  }
  if (name.parameters.length > 0)
    throw refused(
      `the type ${name.name}(${name.parameters.join(", ")})`,
      name.at,
      `cast to ${name.name} and test the size`,
    );
  return { kind };
}

/** The type of a column, as DuckDB or a declaration writes it; UNKNOWN where neither can be read. */
export function typeOfColumn(declared: string): Type {
  const written = declared.trim().toUpperCase();
  if (written.endsWith("[]")) return arrayOf(typeOfColumn(written.slice(0, -2)));
  const array = /^ARRAY\s*<(.*)>$/.exec(written);
  if (array) return arrayOf(typeOfColumn(array[1]!));
  const name = written.replace(/\(.*/, "").trim();
  if (name === "NUMERIC" || name === "DECIMAL") return scalar("NUMERIC");
  const crossing: Record<string, keyof typeof scalarTypes> = {
    VARCHAR: "STRING",
    TEXT: "STRING",
    CHAR: "STRING",
    BLOB: "BYTES",
    DOUBLE: "FLOAT64",
    TIMESTAMPTZ: "TIMESTAMP",
    "TIMESTAMP WITH TIME ZONE": "TIMESTAMP",
    UTINYINT: "INT64",
    USMALLINT: "INT64",
    UINTEGER: "INT64", // biome-ignore format: a table
  };
  const kind = crossing[name] ?? aliases[name];
  return kind === undefined ? unknown : { kind };
}

export function isGroupable(type: Type): boolean {
  return (
    type.kind !== "ARRAY" &&
    type.kind !== "STRUCT" &&
    type.kind !== "JSON" &&
    !(type.kind === "FLOAT64" && type.special)
  );
}

import type { Side } from "./model.ts";
import { canonical, declaredType } from "./value.ts";

/** The types a `{{var}}` may name. */
export const varTypes = ["string", "int64", "numeric", "bool", "date", "timestamp"] as const;
export type VarType = (typeof varTypes)[number];

/**
 * A value as the SQL of `side` writes it, typed: `date '2026-01-31'`, `bigint '20'`. Text of any letters comes back unchanged; an
 * empty value of a type other than string is a typed NULL. Undefined where the value is not of that type.
 */
export function literal(side: Side, type: string, value: string): string | undefined {
  const declared = declaredType(type);
  if (!declared) return undefined;
  if (value === "" && declared.kind !== "string") return typedNull(side, declared.kind as VarType);
  const text = canonical(declared, value);
  if (text === undefined) return undefined;
  const plain = declared.kind === "numeric" ? trimZeros(text) : text;
  return side === "postgres"
    ? postgresLiteral(declared.kind as VarType, plain)
    : googleLiteral(declared.kind as VarType, plain);
}

/** A var's value as text: undefined where it is a list or a map, which no literal can be. */
export function textOfVar(value: unknown): string | undefined {
  if (value === null || value === undefined) return "";
  return typeof value === "object" ? undefined : String(value);
}

function typedNull(side: Side, type: VarType): string {
  return side === "postgres" ? `cast(null as ${postgresTypes[type]})` : `CAST(NULL AS ${type.toUpperCase()})`;
}

const postgresTypes: Record<VarType, string> = {
  string: "text",
  int64: "bigint",
  numeric: "numeric",
  bool: "boolean",
  date: "date",
  timestamp: "timestamptz",
};

function postgresLiteral(type: VarType, text: string): string {
  const quoted = `'${text.replaceAll("'", "''")}'`;
  switch (type) {
    case "string": // E'' where there is a backslash: the same whatever standard_conforming_strings says
      return text.includes("\\") ? `E${quoted.replaceAll("\\", "\\\\")}` : quoted;
    case "bool":
      return text;
    case "int64":
    case "numeric":
    case "date":
    case "timestamp":
      return `${postgresTypes[type]} ${quoted}`;
    default:
      return type satisfies never;
  }
}

function googleLiteral(type: VarType, text: string): string {
  switch (type) {
    case "string":
      return `'${text.replace(/[\\'\n\r]/g, (letter) => googleEscapes[letter]!)}'`;
    case "bool":
      return text.toUpperCase();
    case "int64": // in parentheses: a minus before a minus would begin a comment
      return text.startsWith("-") ? `(${text})` : text;
    case "numeric":
    case "date":
    case "timestamp":
      return `${type.toUpperCase()} '${text}'`;
    default:
      return type satisfies never;
  }
}

/** What a text in quotes can't hold as it is. */
const googleEscapes: Record<string, string> = { "\\": "\\\\", "'": "\\'", "\n": "\\n", "\r": "\\r" };

function trimZeros(text: string): string {
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}

import type { Mistake } from "../../errors.ts";
import type { Column, Side } from "../model.ts";
import { nearestTo } from "../nearest.ts";

/** A type that the model's engine does not have, such as a misspelt one. Digits in parentheses and arrays are left to the engine. */
export async function unknownTypes(columns: readonly Column[], side: Side): Promise<Mistake[]> {
  const mistakes: Mistake[] = [];
  for (const { name, type, place } of columns) {
    const unknown = side === "postgres" ? await unknownInPostgres(type) : unknownInGoogleSql(type);
    if (unknown !== undefined)
      mistakes.push({
        place,
        message: `column "${name}" is of the unknown type "${unknown}"`,
        expected: expectedFor(unknown, side),
      });
  }
  return mistakes;
}

/** The same in this engine's words, for a type of the other engine; else the nearest name. */
function expectedFor(type: string, side: Side): string {
  const translation = translations.find((pair) => pair[side === "postgres" ? 1 : 0] === type.toLowerCase());
  if (translation) return `expected ${translation[side === "postgres" ? 0 : 1]}`;
  return nearestTo(type, side === "postgres" ? postgresTypes : googleTypes, "types");
}

const translations = [
  ["text", "string"],
  ["varchar", "string"],
  ["cidr", "string"],
  ["inet", "string"],
  ["bigint", "int64"],
  ["double precision", "float64"],
  ["float8", "float64"],
  ["bytea", "bytes"],
  ["timestamptz", "timestamp"],
  ["timestamp", "datetime"],
  ["jsonb", "json"],
] as const;

const checked = new Map<string, string | undefined>();

/** PostgreSQL's own grammar knows how its types may be written. */
async function unknownInPostgres(type: string): Promise<string | undefined> {
  if (!checked.has(type)) {
    const { parsePostgres } = await import("./parse-postgres.ts");
    const parsed = parsePostgres(`select null::${type}`);
    const body = "query" in parsed && parsed.query.body.kind === "select" ? parsed.query.body : undefined;
    const [cast, ...others] = body?.outputs.map(({ expr }) => expr) ?? [];
    const isType = cast?.kind === "cast" && others.length === 0 && body?.from.length === 0;
    checked.set(type, isType && known.has(cast.type) ? undefined : type);
  }
  return checked.get(type);
}

function unknownInGoogleSql(type: string): string | undefined {
  const names = type.toLowerCase().match(/^\s*[a-z0-9_]+/);
  return names && googleTypes.includes(names[0].trim()) ? undefined : type;
}

/** Names that people write, for the nearest of them. */
const postgresTypes =
  "bigint integer smallint numeric real double precision boolean text varchar char bytea date time timestamp timestamptz interval uuid json jsonb inet cidr macaddr"
    .replace("double precision", "double-precision")
    .split(" ")
    .map((name) => name.replace("-", " "));

/** Names as the parser gives them back. */
const known = new Set(
  (
    "int2 int4 int8 float4 float8 numeric bool text varchar bpchar char name bytea date time timetz timestamp timestamptz interval uuid " +
    "json jsonb jsonpath xml inet cidr macaddr macaddr8 bit varbit money point line lseg box path polygon circle tsvector tsquery oid " +
    "int4range int8range numrange tsrange tstzrange daterange int4multirange int8multirange nummultirange tsmultirange tstzmultirange datemultirange"
  ).split(" "),
);

const googleTypes =
  "int64 int integer bigint smallint tinyint byteint float64 numeric decimal bignumeric bigdecimal bool boolean string bytes date datetime time timestamp interval json geography array struct range".split(
    " ",
  );

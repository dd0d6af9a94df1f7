import type { Value } from "./value.ts";

/** A field of a date or time: where it stands among the groups of the pattern, or what it is where the format has it not. */
type Fields = { pattern: string; groups: string[] };

/** Pattern of a field, and how many digits it takes at most. */
const digits: Record<string, { loose: string; exact: string }> = {
  Y: { loose: "[0-9]{1,4}", exact: "[0-9]{4}" },
  m: { loose: "1[0-2]|0?[1-9]", exact: "0[1-9]|1[0-2]" },
  d: { loose: "3[01]|[12][0-9]|0?[1-9]", exact: "0[1-9]|[12][0-9]|3[01]" },
  H: { loose: "2[0-3]|[01]?[0-9]", exact: "[01][0-9]|2[0-3]" },
  M: { loose: "[0-5]?[0-9]", exact: "[0-5][0-9]" },
  S: { loose: "60|[0-5]?[0-9]", exact: "[0-5][0-9]|60" },
};

const months =
  "(?i:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sep(?:tember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)";
const zone = "[+-](?:0[0-9]|1[0-4])[0-5][0-9]";

/** The regular expression of a literal format, as PARSE_DATE reads it; undefined where it has an element that is not proven. */
function readFormat(format: Value | undefined, allowed: string): Fields | undefined {
  if (format?.literal?.kind !== "text" || /[${}]/.test(format.literal.value)) return undefined;
  const written = format.literal.value.replaceAll("%F", "%Y-%m-%d").replaceAll("%T", "%H:%M:%S");
  const pieces = written.match(/%[\s\S]?|\s+|[^%\s]/g) ?? [];
  const groups: string[] = [];
  let pattern = "^\\s*";
  for (const [index, piece] of pieces.entries()) {
    if (/^\s/.test(piece)) pattern += "\\s*";
    else if (piece.length === 1) pattern += piece.replace(/[^A-Za-z0-9]/g, "\\$&");
    else {
      const field = piece[1] === "b" ? "m" : (piece[1] ?? "");
      if (!allowed.includes(piece[1] ?? " ") || groups.includes(field)) return undefined;
      groups.push(field);
      const tight = /^%[YmdHMS]/.test(pieces[index + 1] ?? "");
      const shape = digits[piece[1]!];
      pattern += `(${piece[1] === "b" ? months : piece[1] === "z" ? zone : tight ? shape!.exact : shape!.loose})`;
    }
  }
  // a unit of one digit before a digit written out could be read in two ways
  return /\)[0-9]/.test(pattern) || !/^[\x20-\x7e]*$/.test(pattern)
    ? undefined
    : { pattern: `${pattern}\\s*$`, groups };
}

/** Templates of the parsed value, NULL where the text can't be read. `$2` is the text. */
export function parsedDate(format: Value | undefined): string | undefined {
  const fields = readFormat(format, "Ymdb");
  return fields && `CASE WHEN regexp_matches($2, '${fields.pattern}') THEN ${dateOf(fields, format)} END`;
}

export function parsedTimestamp(format: Value | undefined): string | undefined {
  const fields = readFormat(format, "YmdbHMSz");
  if (fields === undefined) return undefined;
  const [hour, minute, second] = ["H", "M", "S"].map((field) => `${fieldOf(fields, field, "0")}::BIGINT`);
  const offset = fields.groups.includes("z") ? ` - bq_offset_minutes(${fieldOf(fields, "z", "")}) * 60000000` : "";
  const clock = `(${hour} * 3600 + ${minute} * 60 + ${second}) * 1000000`;
  return `CASE WHEN regexp_matches($2, '${fields.pattern}') THEN make_timestamptz(epoch_us(${dateOf(fields, format)}) + ${clock}${offset}) END`;
}

function dateOf(fields: Fields, format: Value | undefined): string {
  const named = format?.literal?.kind === "text" && format.literal.value.includes("%b");
  const month = fieldOf(fields, "m", "1");
  const number = named ? `bq_month_number(${month})` : month;
  return `bq_parsed_date(${fieldOf(fields, "Y", "1970")}, ${number}, ${fieldOf(fields, "d", "1")})`;
}

function fieldOf({ pattern, groups }: Fields, field: string, missing: string): string {
  const index = groups.indexOf(field);
  return index < 0 ? `'${missing}'` : `regexp_extract($2, '${pattern}', ${index + 1})`;
}

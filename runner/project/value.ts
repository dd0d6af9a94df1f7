/** The types that a var, a seed and a loaded table may have, in the words of the declarations. */
export const valueTypes = ["string", "int64", "bool", "bytes", "date", "timestamp", "numeric"] as const;
export type ValueType = (typeof valueTypes)[number];

export type DeclaredType = { kind: ValueType; precision: number; scale: number };

/** `numeric(12, 2)` taken apart; a numeric without digits is (38, 9), as in GoogleSQL. Undefined where it is no such type. */
export function declaredType(text: string): DeclaredType | undefined {
  const [, kind, precision, scale] = /^\s*([a-z0-9]+)\s*(?:\(\s*(\d+)\s*(?:,\s*(\d+)\s*)?\))?\s*$/i.exec(text) ?? [];
  const known = valueTypes.find((type) => type === kind?.toLowerCase());
  if (known === undefined) return undefined;
  if (known !== "numeric") return precision === undefined ? { kind: known, precision: 0, scale: 0 } : undefined;
  const type = {
    kind: known,
    precision: Number(precision ?? 38),
    scale: Number(precision === undefined ? 9 : (scale ?? 0)),
  };
  return type.precision >= 1 && type.precision <= 38 && type.scale <= type.precision ? type : undefined;
}

/**
 * The one text of a value: `-5`, `true`, `2026-01-31`, `2026-01-31 12:00:00.000000+00`, `\x00ff`, `1.50`. Undefined where the
 * text is no value of that type. A timestamp without a zone is UTC. Nothing is rounded: more digits than declared are wrong.
 */
export function canonical(type: DeclaredType, text: string): string | undefined {
  switch (type.kind) {
    case "string":
      return text.isWellFormed() && !text.includes("\0") ? text : undefined;
    case "int64":
      return canonicalInteger(text);
    case "bool":
      return /^(true|false)$/i.test(text) ? text.toLowerCase() : undefined;
    case "bytes":
      return /^\\x([0-9a-f]{2})*$/i.test(text) ? text.toLowerCase() : undefined;
    case "date":
      return canonicalDate(text);
    case "timestamp":
      return canonicalTimestamp(text);
    case "numeric":
      return canonicalNumeric(text, type);
    default:
      return type.kind satisfies never;
  }
}

function canonicalInteger(text: string): string | undefined {
  if (!/^[+-]?\d{1,40}$/.test(text)) return undefined;
  const value = BigInt(text.replace(/^\+/, ""));
  return value >= -(2n ** 63n) && value < 2n ** 63n ? value.toString() : undefined;
}

/** `YYYY-MM-DD`, years 1 to 9999. A timestamp at midnight UTC is its day. */
function canonicalDate(text: string): string | undefined {
  const day = /^(\d{4}-\d{2}-\d{2})(?:[T ]00:00(?::00(?:\.0+)?)?(?:Z|[+]00(?::?00)?)?)?$/.exec(text)?.[1];
  return day !== undefined && isDay(day) ? day : undefined;
}

function isDay(text: string): boolean {
  const [year, month, day] = text.split("-").map(Number) as [number, number, number];
  if (year < 1 || month < 1 || month > 12 || day < 1) return false;
  const isLeap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  return day <= [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]!;
}

function canonicalTimestamp(text: string): string | undefined {
  const match =
    /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,6}))?)?)?\s?(Z|[+-]\d{2}(?::?\d{2})?)?$/i.exec(
      text,
    );
  if (!match || !isDay(match[1]!)) return undefined;
  const [, day, hour = "00", minute = "00", second = "00", fraction = "", zone = "Z"] = match;
  const zoneMinutes = /^z$/i.test(zone)
    ? 0
    : Number(zone.slice(1, 3)) * 60 + Number(zone.slice(3).replace(":", "") || 0);
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59 || zoneMinutes > 14 * 60) return undefined;
  const instant = new Date(`${day}T${hour}:${minute}:${second}Z`);
  instant.setUTCMinutes(instant.getUTCMinutes() - (zone[0] === "-" ? -zoneMinutes : zoneMinutes));
  const utc = instant.toISOString();
  if (!/^\d{4}-/.test(utc) || utc.startsWith("0000")) return undefined; // out of years 1 to 9999 after the shift to UTC
  return `${utc.slice(0, 10)} ${utc.slice(11, 19)}.${fraction.padEnd(6, "0")}+00`;
}

function canonicalNumeric(text: string, { precision, scale }: DeclaredType): string | undefined {
  const match = /^([+-]?)(\d*)(?:\.(\d*))?$/.exec(text);
  if (!match || !(match[2] || match[3])) return undefined;
  const whole = match[2]!.replace(/^0+(?=\d)/, "") || "0";
  const fraction = (match[3] ?? "").replace(/0+$/, "");
  if (fraction.length > scale || (whole === "0" ? 0 : whole.length) > precision - scale) return undefined;
  const digits = scale === 0 ? whole : `${whole}.${fraction.padEnd(scale, "0")}`;
  return match[1] === "-" && /[1-9]/.test(digits) ? `-${digits}` : digits;
}

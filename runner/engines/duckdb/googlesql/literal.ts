/*
 * Text of literals, read at translation: each returns DuckDB SQL, or undefined where GoogleSQL would not read the text.
 */

const datePart = /^(\d{4})-(\d{1,2})-(\d{1,2})/;
const timePart = /^(\d{1,2}):(\d{1,2}):(\d{1,2})(?:\.(\d{1,9}))?/;

export function dateLiteral(value: string): string | undefined {
  const date = readDate(value);
  return date?.rest === "" ? `DATE '${date.text}'` : undefined;
}

export function datetimeLiteral(value: string): string | undefined {
  const read = readDateAndTime(value);
  return read?.rest === "" ? `TIMESTAMP '${read.text}'` : undefined;
}

export function timeLiteral(value: string): string | undefined {
  const time = readTime(value);
  return time?.rest === "" ? `TIME '${time.text}'` : undefined;
}

/** A zone is UTC where none is written. Names of zones other than UTC are left to be refused. */
export function timestampLiteral(value: string): string | undefined {
  const read = readDateAndTime(value);
  if (read === undefined) return undefined;
  const zone = readZone(read.rest);
  return zone === undefined ? undefined : `TIMESTAMPTZ '${read.text}${zone}'`;
}

function readDate(value: string): { text: string; rest: string } | undefined {
  const match = datePart.exec(value);
  if (!match) return undefined;
  const [year, month, day] = match.slice(1).map(Number) as [number, number, number];
  if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1 || day > daysIn(year, month)) return undefined;
  const text = `${String(year).padStart(4, "0")}-${String(month).padStart(2, "0")}-${String(day).padStart(2, "0")}`;
  return { text, rest: value.slice(match[0].length) };
}

function daysIn(year: number, month: number): number {
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  return [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]!;
}

function readTime(value: string): { text: string; rest: string } | undefined {
  const match = timePart.exec(value);
  if (!match) return undefined;
  const [hour, minute, second] = match.slice(1, 4).map(Number) as [number, number, number];
  const fraction = match[4] ?? "";
  if (hour > 23 || minute > 59 || second > 59 || fraction.length > 6) return undefined;
  const pad = (part: number) => String(part).padStart(2, "0");
  const text = `${pad(hour)}:${pad(minute)}:${pad(second)}${fraction === "" ? "" : `.${fraction}`}`;
  return { text, rest: value.slice(match[0].length) };
}

function readDateAndTime(value: string): { text: string; rest: string } | undefined {
  const date = readDate(value);
  if (date === undefined) return undefined;
  if (!/^(?:[ Tt])\d/.test(date.rest)) return { text: `${date.text} 00:00:00`, rest: date.rest };
  const time = readTime(date.rest.slice(1));
  return time && { text: `${date.text} ${time.text}`, rest: time.rest };
}

/** `+hh:mm`; undefined where it can't be read. */
function readZone(rest: string): string | undefined {
  if (rest === "" || /^(?:[Zz]| UTC)$/.test(rest)) return "+00:00";
  const match = /^([+-])(\d{1,2})(?::(\d{2}))?$/.exec(rest);
  if (!match) return undefined;
  const [hours, minutes] = [Number(match[2]), Number(match[3] ?? 0)];
  if (hours > 14 || minutes > 59 || (hours === 14 && minutes > 0)) return undefined;
  return `${match[1]}${String(hours).padStart(2, "0")}:${String(minutes).padStart(2, "0")}`;
}

/** NUMERIC has 29 digits before and 9 after the point; what is beyond is rounded, half away from zero. */
export function numericLiteral(value: string): string | undefined {
  const match = /^\s*([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?\s*$/.exec(value);
  if (!match || (match[2] === "" && !match[3])) return undefined;
  const exponent = Number(match[4] ?? 0);
  if (Math.abs(exponent) > 100) return undefined;
  return scaledNumeric(match[1] === "-", match[2]! + (match[3] ?? ""), (match[3] ?? "").length - exponent);
}

/** A FLOAT64 as NUMERIC: its exact binary value, rounded to 9 digits after the point. */
export function numericOfFloat(value: number): string | undefined {
  if (!Number.isFinite(value) || Math.abs(value) >= 1e20) return undefined;
  const [whole, fraction = ""] = Math.abs(value).toFixed(9).split(".");
  return scaledNumeric(value < 0, whole! + fraction, fraction.length);
}

function scaledNumeric(negative: boolean, digits: string, scale: number): string | undefined {
  const shift = 9 - scale;
  let scaled = BigInt(digits || "0");
  if (shift >= 0) scaled *= 10n ** BigInt(shift);
  else {
    const unit = 10n ** BigInt(-shift);
    scaled = (scaled + unit / 2n) / unit;
  }
  if (scaled >= 10n ** 38n) return undefined;
  const padded = scaled.toString().padStart(10, "0");
  return `CAST('${negative ? "-" : ""}${padded.slice(0, -9)}.${padded.slice(-9)}' AS DECIMAL(38,9))`;
}

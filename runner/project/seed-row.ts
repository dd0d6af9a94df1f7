import type { Mistake, Place } from "../errors.ts";
import type { Seed } from "./seed.ts";
import { shown } from "./shown.ts";
import { canonical, declaredType } from "./value.ts";

/** A row with a mistake has no values. */
export type Row = { values: (string | null)[]; place: Place };

/** What a file of data gave. */
export type Read = { rows: Row[]; mistakes: Mistake[] };

/** The canonical text of a value; one that is not of its type is a mistake. `text` is undefined for what is no single value. */
export function typed(
  column: Seed["columns"][number],
  text: string | undefined,
  { place, mistakes }: { place: Place; mistakes: Mistake[] },
): string | null {
  const type = declaredType(column.type)!;
  if (text === "" && type.kind !== "string") return null;
  const value = text === undefined ? undefined : canonical(type, text);
  if (value === undefined)
    mistakes.push({
      place,
      message: `${column.name} is ${text === undefined ? "a list or a map" : shown(text)}`,
      expected: `expected ${column.type}`,
    });
  return value ?? null;
}

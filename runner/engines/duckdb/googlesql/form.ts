import { duckdbType, int64, scalar, type Type } from "./type.ts";
import { coerced, commonType, type Value } from "./value.ts";

/**
 * One proven form: a function or operator with the kinds of its arguments. `takes` lists them: a type; `T` for any type, the
 * same wherever it stands; `ARRAY<T>`; `...` behind the last one that repeats; `literal STRING` where the text must be written out;
 * `MONTH`, `WEEK(MONDAY)` a date part; `INTERVAL MONTH`. `FLOAT64!` may be infinite or NaN, elsewhere that is refused. `duckdb` is
 * the SQL with $1, $2, and $* for all arguments.
 */
export type Form = {
  name: string;
  takes: string;
  gives: string;
  duckdb: string | ((args: readonly Value[]) => string | undefined);
  /** What `SAFE.` in front makes of it; without it `SAFE.` is refused. */
  safe?: Form["duckdb"];
};

/** An argument as the caller sees it: a value, a date part by its name, or an interval. */
export type Argument =
  | { kind: "value"; value: Value }
  | { kind: "part"; name: string }
  | { kind: "interval"; part: string; amount: Value };

export type Match = { form: Form; values: Value[]; type: Type; exact: number };

const kinds = new Set([
  "INT64",
  "FLOAT64",
  "NUMERIC",
  "BOOL",
  "STRING",
  "BYTES",
  "DATE",
  "TIMESTAMP",
  "DATETIME",
  "TIME",
  "JSON",
]);

type Slot = { text: string; literal: boolean; special: boolean };

const slotsOf = new Map<string, { slots: Slot[]; repeats: boolean }>();

function readSlots(takes: string): { slots: Slot[]; repeats: boolean } {
  let read = slotsOf.get(takes);
  if (read === undefined) {
    const repeats = takes.endsWith("...");
    const words = takes === "" ? [] : takes.replace(/\.\.\.$/, "").split(/, (?![^<]*>)/);
    const slots = words.map((word) => ({
      text: word.replace(/^literal /, "").replace(/!/, ""),
      literal: word.startsWith("literal "),
      special: word.includes("!"),
    }));
    read = { slots, repeats };
    slotsOf.set(takes, read);
  }
  return read;
}

/** The forms that the arguments fit, the closest first: fewest conversions, then the order of the list. */
export function matches(forms: readonly Form[], args: readonly Argument[]): Match[] {
  return forms
    .map((form) => match(form, args))
    .filter((found) => found !== undefined)
    .sort((left, right) => left.exact - right.exact);
}

function match(form: Form, args: readonly Argument[]): Match | undefined {
  const { slots, repeats } = readSlots(form.takes);
  if (repeats ? args.length < slots.length : args.length !== slots.length) return undefined;
  const slotOf = (index: number) => slots[Math.min(index, slots.length - 1)]!;
  const generic: Value[] = [];
  let conversions = 0;
  for (const [index, argument] of args.entries()) {
    const slot = slotOf(index);
    if (argument.kind === "part") {
      if (slot.text !== argument.name) return undefined;
    } else if (argument.kind === "interval") {
      if (slot.text !== `INTERVAL ${argument.part}`) return undefined;
    } else {
      if (slot.text !== "T" && !slot.text.startsWith("ARRAY<") && !kinds.has(slot.text)) return undefined; // a date part or a star
      if (slot.literal && argument.value.literal === undefined) return undefined;
      if (argument.value.type.kind === "FLOAT64" && argument.value.type.special && !slot.special && slot.text !== "T")
        return undefined;
      if (slot.text === "T") generic.push(argument.value);
      else if (slot.text === "ARRAY<T>" && argument.value.type.kind === "ARRAY")
        generic.push(elementOf(argument.value));
      else if (slot.text === "ARRAY<T>" && argument.value.type.kind !== "UNKNOWN") return undefined;
    }
  }
  const common = generic.length > 0 ? commonType(generic) : undefined;
  if (generic.length > 0 && common === undefined) return undefined;
  const values: Value[] = [];
  for (const [index, argument] of args.entries()) {
    if (argument.kind === "part") continue;
    const value = argument.kind === "interval" ? argument.amount : argument.value;
    const wanted = argument.kind === "interval" ? int64 : typeOfSlot(slotOf(index).text, common);
    if (wanted === undefined) {
      values.push(value);
      continue;
    }
    const converted = coerced(value, wanted);
    if (converted === undefined || (becomesNumeric(value, wanted) && !hasNumeric(args))) return undefined;
    if (converted !== value && value.literal?.kind !== "null") conversions += value.literal ? 1 : 2;
    values.push(converted);
  }
  return {
    form,
    values,
    type: typeOfSlot(form.gives.replace("!", ""), common, form.gives.includes("!")) ?? int64,
    exact: conversions,
  };
}

/** A float literal is read as NUMERIC only beside a NUMERIC. */
function becomesNumeric(value: Value, wanted: Type): boolean {
  return value.literal?.kind === "float" && wanted.kind === "NUMERIC";
}

function hasNumeric(args: readonly Argument[]): boolean {
  return args.some((argument) => argument.kind === "value" && argument.value.type.kind === "NUMERIC");
}

function elementOf(value: Value): Value {
  const { literal: _, items: __, ...rest } = value;
  const element: Type = value.type.kind === "ARRAY" ? value.type.element : value.type;
  return value.literal?.kind === "empty array"
    ? { ...rest, literal: { kind: "null" }, type: int64 }
    : { ...rest, type: element };
}

function typeOfSlot(slot: string, common: Type | undefined, special = false): Type | undefined {
  if (slot === "T") return common;
  const array = /^ARRAY<(.*)>$/.exec(slot);
  if (array) {
    const element = typeOfSlot(array[1]!, common);
    return element && { kind: "ARRAY", element };
  }
  if (!kinds.has(slot)) return undefined;
  return special ? { kind: "FLOAT64", special: true } : scalar(slot as "INT64");
}

/** The template with the arguments and options in their places, in one pass: what is put in is never read again. */
export function filled(
  template: string,
  { values, type }: Pick<Match, "values" | "type">,
  options: Record<string, string> = {},
): string {
  return template.replace(
    /\$(\*|T|\d)|\{([a-z ]+)\}/g,
    (whole, which: string | undefined, option: string | undefined) => {
      if (option !== undefined) return options[option] ?? whole;
      if (which === "T") return type.kind === "UNKNOWN" ? "VARCHAR" : duckdbType(type);
      if (which === "*") return values.map((value) => value.sql).join(", ");
      return values[Number(which) - 1]?.sql ?? "";
    },
  );
}

/** The form's template for these arguments; undefined where they are refused after all. */
export function templateOf({ form, values }: Pick<Match, "form" | "values">): string | undefined {
  return typeof form.duckdb === "string" ? form.duckdb : form.duckdb(values);
}

/** The template behind `SAFE.`. */
export function safeTemplateOf({ form: { safe }, values }: Pick<Match, "form" | "values">): string | undefined {
  return typeof safe === "function" ? safe(values) : safe;
}

/**
 * The template filled in; an argument that costs something is computed once, though macros name their arguments several times: it is the
 * one member of a list, and a lambda over that list gives it a name.
 */
export function filledOnce(template: string, { values, type }: Pick<Match, "values" | "type">): string {
  const costly = template.includes("bq_") ? values.filter((value) => isCostly(value)) : [];
  if (costly.length === 0) return filled(template, { values, type });
  const single = costly.length === 1;
  const nameOf = (value: Value) => (single ? "given" : `struct_extract(given, 'a${costly.indexOf(value)}')`);
  const named = values.map((value) => (isCostly(value) ? { ...value, sql: nameOf(value) } : value));
  const list = single ? costly[0]!.sql : `{${costly.map(({ sql }, index) => `'a${index}': ${sql}`).join(", ")}}`;
  return `list_transform([${list}], lambda given: ${filled(template, { values: named, type })})[1]`;
}

function isCostly({ leaf, sql }: Value): boolean {
  return !leaf && (sql.length > 100 || /bq_|regexp_|list_|SELECT/.test(sql));
}

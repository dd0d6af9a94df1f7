import { aggregates, type AggregateForm } from "./aggregates.ts";
import type { Context } from "./context.ts";
import { operand, partName } from "./expression.ts";
import {
  type Argument,
  type Form,
  filled,
  filledOnce,
  type Match,
  matches,
  safeTemplateOf,
  templateOf,
} from "./form.ts";
import { functions } from "./functions.ts";
import { mistaken, refused, unknownType } from "./refusal.ts";
import type { Call, Expression } from "./tree.ts";
import { unknown } from "./type.ts";
import { describeType, type Value } from "./value.ts";
import { orderSql, windowSql } from "./window.ts";

type Ready = { name: string; shown?: string; safe: boolean; args: Argument[]; at: number };

const functionsByName = group(functions);
const aggregatesByName = group(aggregates);

/** A function call, as it is written or with its arguments already read. */
export function callOf(call: Call | Ready, context: Context): Value {
  if (!("kind" in call)) return scalarCall(call, context);
  const name = call.name;
  const forms = aggregatesByName.get(name);
  if (forms && call.over) return aggregateCall(call, forms, context);
  if (forms) return outsideGrouping(context, () => aggregateCall(call, forms, context));
  const scalars = functionsByName.get(name);
  if (scalars === undefined) throw refused(`${call.safe ? "SAFE." : ""}${name}()`, call.at);
  if (call.over) throw mistaken(`${name}() OVER`, call.at, "is not a window function");
  for (const [present, what] of [
    [call.distinct, "DISTINCT"],
    [call.nulls, "IGNORE or RESPECT NULLS"],
    [call.orderBy.length > 0, "ORDER BY"],
    [call.limit, "LIMIT"],
  ] as const)
    if (present) throw mistaken(`${what} in ${name}()`, call.at, "stands only in an aggregate function");
  return scalarCall({ name, safe: call.safe, args: readArguments(call.args, scalars, context), at: call.at }, context);
}

function scalarCall(call: Ready, context: Context): Value {
  const { name, args, at } = call;
  const found = matches(functionsByName.get(name) ?? [], args);
  const shown = call.shown ?? `${name}(${args.map(describeArgument).join(", ")})`;
  const chosen = choose(found, { shown, args, at, context });
  const sql = sqlOf(chosen, call, shown);
  context.form(nameOfForm(chosen.form));
  const open = args.some((argument) => argument.kind === "value" && argument.value.type.kind === "UNKNOWN");
  const type =
    open && found.some((other) => JSON.stringify(other.type) !== JSON.stringify(chosen.type)) && !same(found)
      ? unknown
      : chosen.type;
  return { sql, type, at };
}

function sqlOf({ form, values, type }: Match, { safe, at }: Ready, shown: string): string {
  if (safe && !values.every((value) => value.leaf))
    throw refused(`SAFE.${shown} of an expression`, at, "name the argument in a step before");
  const template = safe ? safeTemplateOf({ form, values }) : templateOf({ form, values });
  if (template === undefined && safe)
    throw refused(`SAFE.${shown}`, at, "test the arguments with if(...) or use safe_cast");
  if (template === undefined) throw refused(shown, at);
  return filledOnce(template, { values, type });
}

/** Of several forms that fit a column of unknown type, the first; unless they differ in what they send. */
function choose(
  found: readonly Match[],
  { shown, args, at, context }: { shown: string; args: readonly Argument[]; at: number; context: Context },
): Match {
  const first = found[0];
  if (first === undefined) throw refused(shown, at, wayOutOf(args));
  const open = args.some((argument) => argument.kind === "value" && argument.value.type.kind === "UNKNOWN");
  if (open && !same(found) && !context.noted) throw unknownType(shown, at);
  return first;
}

/** Do all of them send the same SQL? Then the type of a column need not be known. */
function same(found: readonly Match[]): boolean {
  return new Set(found.map(templateOf)).size === 1;
}

function wayOutOf(args: readonly Argument[]): string {
  const special = args.some(
    (argument) => argument.kind === "value" && argument.value.type.kind === "FLOAT64" && argument.value.type.special,
  );
  return special
    ? "test is_nan(...) or is_inf(...) first"
    : "cast the arguments to types that `runner doctor` lists for it";
}

function describeArgument(argument: Argument): string {
  if (argument.kind === "part") return argument.name;
  if (argument.kind === "interval") return `INTERVAL ${argument.part}`;
  return describeType(argument.value);
}

export function nameOfForm(form: Form, distinct = false): string {
  return `${form.name}(${distinct ? "DISTINCT " : ""}${form.takes})`;
}

/** Which arguments are date parts follows from the list. */
function readArguments(expressions: readonly Expression[], forms: readonly Form[], context: Context): Argument[] {
  return expressions.map((expression, index): Argument => {
    if (expression.kind === "interval") return intervalOf(expression, context);
    if (takesPart(forms, index) && (expression.kind === "path" || expression.kind === "call"))
      return { kind: "part", name: partName(expression) };
    return { kind: "value", value: operand(expression, context) };
  });
}

function intervalOf({ part, amount, at }: Expression & { kind: "interval" }, context: Context): Argument {
  const value = operand(amount, context);
  if (value.literal?.kind === "integer" && value.literal.value ** 2n > 10n ** 22n)
    throw refused(`INTERVAL ${value.literal.value}`, at, "use a smaller number");
  return { kind: "interval", part: part.text.toUpperCase(), amount: value };
}

const parts =
  /^(MICROSECOND|MILLISECOND|SECOND|MINUTE|HOUR|DAY|DAYOFWEEK|DAYOFYEAR|WEEK|WEEK\(\w+\)|ISOWEEK|MONTH|QUARTER|YEAR|ISOYEAR)$/;

function takesPart(forms: readonly Form[], index: number): boolean {
  return forms.some((form) => parts.test(form.takes.split(", ")[index] ?? ""));
}

/** What an aggregate function reads need not be grouped. */
function outsideGrouping<T>({ scope }: Context, work: () => T): T {
  const uses = scope?.uses;
  if (scope) scope.uses = undefined;
  try {
    return work();
  } finally {
    if (scope) scope.uses = uses;
  }
}

function aggregateCall(call: Call, forms: readonly AggregateForm[], context: Context): Value {
  const { name, at } = call;
  if (call.safe) throw refused(`SAFE.${name}()`, at, "use safe_cast on the arguments");
  const window = forms.every((form) => form.only === "window");
  if (window && !call.over) throw mistaken(`${name}()`, at, "needs OVER (...)");
  const star = call.args[0]?.kind === "star";
  const args: Argument[] = star ? [{ kind: "part", name: "*" }] : readArguments(call.args, forms, context);
  const shown = `${name}(${call.distinct ? "DISTINCT " : ""}${args.map(describeArgument).join(", ")})`;
  const found = matches(forms, args);
  const chosen = choose(found, { shown, args, at, context });
  const form = chosen.form as AggregateForm;
  const allowed = new Set(form.allows?.split(" ") ?? []);
  const options: [string, unknown][] = [
    ["distinct", call.distinct],
    ["nulls", call.nulls],
    ["order", call.orderBy.length > 0],
    ["limit", call.limit],
    ["over", call.over],
  ];
  for (const [option, present] of options)
    if (present && !allowed.has(option))
      throw refused(`${option === "nulls" ? "IGNORE/RESPECT NULLS" : option.toUpperCase()} in ${shown}`, at);
  if (call.over) context.found.window = true;
  else context.found.aggregate = true;
  context.form(nameOfForm(form, call.distinct));
  const template = templateOf(chosen);
  if (template === undefined) throw refused(shown, at);
  const open = args.some((argument) => argument.kind === "value" && argument.value.type.kind === "UNKNOWN");
  return {
    sql: filled(template, chosen, optionsOf(call, chosen, context)),
    type: open && !same(found) ? unknown : chosen.type,
    at,
  };
}

function optionsOf(call: Call, { form, values }: Match, context: Context): Record<string, string> {
  if (call.distinct && call.orderBy.length > 1)
    throw refused("DISTINCT with more than one ORDER BY", call.at, "order by the argument alone");
  const order = call.orderBy.map((item) => orderSql(item, context));
  const rule = (form as AggregateForm).window;
  return {
    distinct: call.distinct ? "DISTINCT " : "",
    order: order.length > 0 ? ` ORDER BY ${order.join(", ")}` : "",
    nulls: call.nulls === "ignore" ? " IGNORE NULLS" : "",
    "not null": call.nulls === "ignore" ? ` FILTER (WHERE ${values[0]!.sql} IS NOT NULL)` : "",
    limit: call.limit ? limitOf(call.limit) : "",
    over: call.over ? ` OVER (${windowSql(call.over, { name: call.name, rule }, context)})` : "",
  };
}

function limitOf(expression: Expression): string {
  if (expression.kind !== "integer" || expression.value < 0n)
    throw refused("LIMIT in an aggregate that is not a number", expression.at, "write a number");
  return `[1:${expression.value}]`;
}

function group<F extends Form>(forms: readonly F[]): Map<string, F[]> {
  const byName = new Map<string, F[]>();
  for (const form of forms) {
    const list = byName.get(form.name);
    if (list) list.push(form);
    else byName.set(form.name, [form]);
  }
  return byName;
}

import type { Mistake, Place } from "../errors.ts";
import { placeIn } from "./handlebars.ts";
import { varTypes } from "./literal.ts";
import type { Piece } from "./model.ts";
import { nearestTo } from "./nearest.ts";
import type { Partials } from "./partials.ts";

/** What a template has come to so far. */
export type Work = { pieces: Piece[]; mistakes: Mistake[]; asked: Set<string>; partials: Partials };
/** A symbol has pieces in place of a value. */
export type Value = string | number | boolean | null | undefined | Value[] | { pieces: Piece[] };
type Call = { name: string; place: Place; given: string[] };

/** What names mean at a point of the template. `item` and `index` exist inside {{#each}}; `stack` holds the calls of partials around. */
export type Scope = {
  start: Place;
  args: Map<string, Value>;
  stack: readonly Call[];
  item?: { value: Value; index: number; count: number };
  outer?: Scope;
};

const helpers = ["ref", "source", "var", "ident", "this"] as const;
const usage = {
  ref: '{{ref "model_or_seed"}}',
  source: '{{source "source" "table"}}',
  var: '{{var "name" "type"}}',
  ident: "{{ident name}}",
  this: "{{this}}",
};

type Asked = { path: hbs.AST.Expression; params: hbs.AST.Expression[]; hash: hbs.AST.Hash | undefined; place: Place };

/** The value of `{{path params}}` or `(path params)`: a helper's answer, or an argument. */
export function answerOf({ path, params, hash, place }: Asked, scope: Scope, work: Work): Value {
  if (path.type !== "PathExpression") return evaluate(path, scope, work);
  const { original } = path as hbs.AST.PathExpression;
  if (
    params.length === 0 &&
    (!hash || hash.pairs.length === 0) &&
    (hasArgument(scope, original) || !isHelper(original))
  )
    return lookUp(path as hbs.AST.PathExpression, place, scope, work);
  if (hash && hash.pairs.length > 0)
    return mistake(work, {
      place,
      message: `{{${original}}} takes no named arguments`,
      expected: expectedCall(original),
    });
  const values = params.map((param) => evaluate(param, scope, work));
  if (original === "list") return values;
  if (original === "eq") return values.every((value) => value === values[0]);
  if (!isHelper(original))
    return mistake(work, {
      place,
      message: `unknown helper "${original}"`,
      expected: nearestTo(original, [...helpers, "list", "eq"], "helpers"),
    });
  if (values.includes(undefined)) return undefined; // said already
  const texts = values.filter((value) => typeof value === "string");
  const [least, most] = { ref: [1, 1], source: [2, 2], var: [1, 2], ident: [1, 1], this: [0, 0] }[original] as [
    number,
    number,
  ];
  if (texts.length !== values.length)
    return mistake(work, {
      place,
      message: `{{${original}}} has an argument that is no text`,
      expected: expectedCall(original),
    });
  if (texts.length < least || texts.length > most || texts.includes("")) {
    const count = texts.includes("") ? "an empty argument" : `${texts.length} argument${texts.length === 1 ? "" : "s"}`;
    return mistake(work, { place, message: `{{${original}}} has ${count}`, expected: expectedCall(original) });
  }
  const [first = "", second] = texts;
  switch (original) {
    case "ref":
      return { pieces: [{ kind: "ref", name: first, place }] };
    case "source":
      return { pieces: [{ kind: "source", source: first, table: second!, place }] };
    case "ident":
      return { pieces: [{ kind: "ident", text: first, place }] };
    case "this":
      return { pieces: [{ kind: "this", place }] };
    case "var": {
      const type = second ?? "string";
      if (varTypes.includes(type as (typeof varTypes)[number]))
        return { pieces: [{ kind: "var", name: first, type, place }] };
      return mistake(work, {
        place,
        message: `unknown type "${type}" of var "${first}"`,
        expected: nearestTo(type, varTypes),
      });
    }
    default:
      return original satisfies never;
  }
}

function isHelper(name: string): name is (typeof helpers)[number] {
  return (helpers as readonly string[]).includes(name);
}

function expectedCall(name: string): string {
  return isHelper(name) ? `expected ${usage[name]}` : `expected a helper: ${helpers.join(", ")}`;
}

export function mistake(work: Work, wrong: Mistake): undefined {
  work.mistakes.push(wrong);
}

export function evaluate(node: hbs.AST.Expression, scope: Scope, work: Work): Value {
  const place = placeIn(scope.start, node.loc.start);
  switch (node.type) {
    case "StringLiteral":
    case "NumberLiteral":
    case "BooleanLiteral":
      return (node as hbs.AST.StringLiteral | hbs.AST.NumberLiteral | hbs.AST.BooleanLiteral).value;
    case "NullLiteral":
    case "UndefinedLiteral":
      return null;
    case "PathExpression":
      return lookUp(node as hbs.AST.PathExpression, place, scope, work);
    case "SubExpression": {
      const { path, params, hash } = node as hbs.AST.SubExpression;
      return answerOf({ path, params, hash, place }, scope, work);
    }
    default:
      return mistake(work, {
        place,
        message: `${node.type} is not used here`,
        expected: "expected a text, a number or a name",
      });
  }
}

function hasArgument(scope: Scope, name: string): boolean {
  return scope.args.has(name) || (name === "this" && scope.item !== undefined);
}

/** An argument of the partial around, an item of a list, or `{{this}}`. What is not there is a mistake, never an empty text. */
function lookUp(path: hbs.AST.PathExpression, place: Place, scope: Scope, work: Work): Value {
  const name = path.original;
  let from: Scope = scope;
  for (let depth = path.depth; depth > 0 && from.outer; depth -= 1) from = from.outer;
  const [first, ...rest] = path.parts;
  if (path.data) {
    const { item } = from;
    const known = item && { index: item.index, first: item.index === 0, last: item.index === item.count - 1 };
    if (known && rest.length === 0 && first! in known) return known[first as keyof typeof known];
    return mistake(work, {
      place,
      message: `unknown name "${name}"`,
      expected: known ? nearestTo(first!, Object.keys(known)) : "@index, @first and @last exist inside {{#each}}",
    });
  }
  if (first === undefined) return from.item ? from.item.value : { pieces: [{ kind: "this", place }] };
  if (rest.length === 0 && from.args.has(first)) return from.args.get(first);
  const call = scope.stack.at(-1);
  if (!call)
    return mistake(work, {
      place,
      message: `unknown helper "${name}"`,
      expected: nearestTo(name, [...from.args.keys(), ...helpers]),
    });
  return mistake(work, {
    place: call.place,
    message: `partial "${call.name}" needs the argument "${name}" (${place.file}:${place.line}:${place.column})`,
    expected: call.given.length > 0 ? nearestTo(name, call.given) : `expected {{> ${call.name} ${name}="..."}}`,
  });
}

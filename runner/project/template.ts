import type { Mistake, Place } from "../errors.ts";
import { answerOf, evaluate, mistake, type Scope, type Value, type Work } from "./expression.ts";
import { parseTemplate, placeIn } from "./handlebars.ts";
import type { Piece } from "./model.ts";
import { nearestTo } from "./nearest.ts";
import { namesIn, programOf } from "./partial-tree.ts";
import type { Partials } from "./partials.ts";
import { placeAfter } from "./text.ts";

/** What a template comes to: its SQL in pieces, and the partials it asked for (also those that are not there). */
export type Template = { pieces: Piece[]; mistakes: Mistake[]; partials: string[] };

/**
 * Reads a template with Handlebars' grammar and resolves its blocks and partials. References and vars stay symbols: no value of a
 * var is known here, so none can decide what the SQL is. `start` is the place of the template's first letter.
 */
export function readTemplate(body: string, { start, partials }: { start: Place; partials: Partials }): Template {
  const work: Work = { pieces: [], mistakes: [], asked: new Set(), partials };
  const program = parseTemplate(body, start);
  if ("message" in program) return { pieces: [], mistakes: [program], partials: [] };
  run(program, { start, args: new Map(), stack: [] }, work);
  return { pieces: work.pieces, mistakes: work.mistakes, partials: [...work.asked] };
}

function run(program: hbs.AST.Program, scope: Scope, work: Work): void {
  for (const [index, statement] of program.body.entries()) {
    const place = placeIn(scope.start, statement.loc.start);
    switch (statement.type) {
      case "ContentStatement":
        write(statement as hbs.AST.ContentStatement, scope, work);
        break;
      case "CommentStatement":
        break;
      case "MustacheStatement": {
        const { path, params, hash } = statement as hbs.AST.MustacheStatement;
        print(answerOf({ path, params, hash, place }, scope, work), place, work);
        break;
      }
      case "BlockStatement":
        runBlock(statement as hbs.AST.BlockStatement, scope, work);
        break;
      case "PartialStatement": {
        const partial = statement as hbs.AST.PartialStatement;
        if (partial.indent) work.pieces.push({ kind: "text", text: partial.indent, place });
        runPartial(partial, scope, work);
        if (standsAlone(program.body[index + 1])) work.pieces.push({ kind: "text", text: "\n", place });
        break;
      }
      default:
        work.mistakes.push({
          place,
          message: `${statement.type.replace(/(Statement|Block)*$/, "").toLowerCase()} blocks are not used here`,
          expected: "expected {{> partial}}, {{#if}}, {{#unless}} or {{#each}}",
        });
    }
  }
}

/** Whitespace that Handlebars takes off around a block or by `~` moves the start of the text. */
function write({ value, original: whole, loc }: hbs.AST.ContentStatement, scope: Scope, work: Work): void {
  if (value === "") return;
  const original = whole as unknown as string; // as it is: the package's types are wrong here
  const first = value.search(/\S/);
  const taken = first < 0 ? Math.max(original.lastIndexOf(value), 0) : Math.max(original.search(/\S/) - first, 0);
  const place = placeAfter(placeIn(scope.start, loc.start), original.slice(0, taken));
  work.pieces.push({ kind: "text", text: value, place });
}

/** True where the line break after a partial on a line of its own was taken off by Handlebars. */
function standsAlone(next: hbs.AST.Statement | undefined): boolean {
  if (next?.type !== "ContentStatement") return false;
  const { original, rightStripped } = next as unknown as { original: string; rightStripped?: boolean };
  return rightStripped === true && /^[ \t]*\n/.test(original);
}

/** Writes a value as SQL, unescaped. */
function print(value: Value, place: Place, work: Work): void {
  if (value === null || value === undefined) return;
  if (Array.isArray(value))
    mistake(work, { place, message: "a list is no text", expected: "expected {{#each list}}{{this}}{{/each}}" });
  else if (typeof value === "object") work.pieces.push(...value.pieces);
  else if (value !== "") work.pieces.push({ kind: "text", text: String(value), place });
}

function runBlock(block: hbs.AST.BlockStatement, scope: Scope, work: Work): undefined {
  const name = (block.path as hbs.AST.PathExpression).original;
  const place = placeIn(scope.start, block.loc.start);
  const runInner = (program: hbs.AST.Program | undefined, inner: Scope = scope) => program && run(program, inner, work);
  if (name !== "if" && name !== "unless" && name !== "each")
    return mistake(work, {
      place,
      message: `unknown block "#${name}"`,
      expected: nearestTo(name, ["if", "unless", "each"]),
    });
  const [condition] = block.params;
  if (!condition || block.params.length > 1)
    return mistake(work, {
      place,
      message: `{{#${name}}} has ${block.params.length} arguments`,
      expected: `expected {{#${name} value}}`,
    });
  if (name === "each") {
    const list = evaluate(condition, scope, work);
    if (list === undefined) return;
    if (!Array.isArray(list))
      return mistake(work, {
        place,
        message: "{{#each}} is given no list",
        expected: 'expected {{#each (list "a" "b")}}',
      });
    if (list.length === 0) runInner(block.inverse);
    const [itemName, indexName] = block.program.blockParams ?? [];
    for (const [index, value] of list.entries()) {
      const args = new Map(scope.args);
      if (itemName) args.set(itemName, value);
      if (indexName) args.set(indexName, index);
      runInner(block.program, { ...scope, args, item: { value, index, count: list.length }, outer: scope });
    }
    return;
  }
  const isMissing =
    condition.type === "PathExpression" && isUnknownArgument(condition as hbs.AST.PathExpression, scope);
  const value = isMissing ? undefined : evaluate(condition, scope, work);
  if (value !== null && typeof value === "object" && !Array.isArray(value))
    return mistake(work, {
      place,
      message: `{{#${name}}} asks for a value that is not known yet`,
      expected: "expected an argument of the partial; compare a var in SQL",
    });
  const isTrue = Array.isArray(value) ? value.length > 0 : Boolean(value);
  runInner(isTrue === (name === "if") ? block.program : block.inverse);
}

/** An argument that was not given is false in a condition, as in Handlebars. */
function isUnknownArgument(path: hbs.AST.PathExpression, scope: Scope): boolean {
  return !path.data && path.depth === 0 && path.parts.length === 1 && !scope.args.has(path.parts[0]!);
}

function runPartial(statement: hbs.AST.PartialStatement, scope: Scope, work: Work): undefined {
  const place = placeIn(scope.start, statement.loc.start);
  const name =
    statement.name.type === "PathExpression" ? (statement.name as hbs.AST.PathExpression).original : undefined;
  if (name === undefined || statement.params.length > 0)
    return mistake(work, {
      place,
      message: "a partial takes named arguments only",
      expected: '{{> name argument="..."}}',
    });
  work.asked.add(name);
  const partial = work.partials.get(name);
  if (!partial)
    return mistake(work, {
      place,
      message: `unknown partial "${name}"`,
      expected: nearestTo(name, work.partials.names(), "partials in models/partials"),
    });
  if (scope.stack.some((call) => call.name === name)) {
    const path = [...scope.stack.map((call) => call.name), name];
    return mistake(work, {
      place,
      message: `partial "${name}" reads itself: ${path.slice(path.indexOf(name)).join(" -> ")}`,
      expected: "take one of them out",
    });
  }
  const program = programOf(partial);
  if ("message" in program) return mistake(work, program);
  const given = (statement.hash?.pairs ?? []).map((pair) => [pair.key, evaluate(pair.value, scope, work)] as const);
  const used = namesIn(program);
  for (const [key] of given)
    if (used && !used.has(key))
      mistake(work, {
        place,
        message: `partial "${name}" has no argument "${key}"`,
        expected: nearestTo(key, used, "arguments of it"),
      });
  const start: Place = { file: partial.file, line: 1, column: 1 };
  const call = { name, place, given: given.map(([key]) => key) };
  run(program, { start, args: new Map([...scope.args, ...given]), stack: [...scope.stack, call] }, work);
}

import { type Document, isCollection, isMap, isNode, isPair, isScalar, parseDocument } from "yaml";
import type { z } from "zod";
import type { Mistake, Place } from "../errors.ts";
import { nearestTo } from "./nearest.ts";
import { shown } from "./shown.ts";
import type { Lines } from "./text.ts";

export type Path = readonly PropertyKey[];

/**
 * Settings read from YAML and checked against a schema. `value` is undefined where there is a mistake. `placeOf` finds the place
 * of a setting's value, `keyOf` that of its name; both fall back to what holds it.
 */
export type Settings<T> = {
  value: T | undefined;
  mistakes: Mistake[];
  placeOf(path: Path): Place;
  keyOf(path: Path): Place;
  /** The place of a letter of a text; of a text in several lines only its start is known. */
  letterOf(path: Path): (offset: number) => Place;
};

/** `yaml` is a part of the file that begins at `offset`; `lines` are those of the whole file. */
export function readSettings<T>(
  schema: z.ZodType<T>,
  yaml: string,
  { lines, offset }: { lines: Lines; offset: number },
): Settings<T> {
  const document = parseDocument(yaml, { prettyErrors: false });
  const at = (position: number) => lines.place(offset + position);
  const placeOf = (path: Path) => at(valueOffset(document, path));
  const keyOf = (path: Path) => at(keyOffset(document, path));
  const letterOf = (path: Path) => {
    const start = valueOffset(document, path);
    const node = document.getIn(path, true);
    const quote = isScalar(node) && (node.type === "QUOTE_DOUBLE" || node.type === "QUOTE_SINGLE") ? 1 : 0;
    const isAsWritten = isScalar(node) && yaml.startsWith(String(node.value), start + quote);
    return (offset: number) => at(isAsWritten ? start + quote + offset : start);
  };
  const base = { placeOf, keyOf, letterOf };
  if (document.errors.length > 0) {
    const mistakes = yamlMistakes(document, at);
    return { value: undefined, mistakes, ...base };
  }
  const raw: unknown = document.toJS() ?? {};
  const result = schema.safeParse(raw);
  if (result.success) return { value: result.data, mistakes: [], ...base };
  return { value: undefined, mistakes: mistakesOfAll(result.error.issues, { schema, raw, placeOf, keyOf }), ...base };
}

/** What follows a mistake in YAML's grammar makes no sense any more; only the first is told, and every name that stands twice. */
export function yamlMistakes({ errors }: Pick<Document, "errors">, at: (position: number) => Place): Mistake[] {
  const told = errors.filter(({ code }, index) => index === 0 || code === "DUPLICATE_KEY");
  return told.map(({ pos, message }) => ({
    place: at(pos[0]),
    message: `not YAML: ${message.replace(/\s*\n.*/s, "")}`,
    expected: "expected `name: value` lines",
  }));
}

type Asked = { schema: z.ZodType; raw: unknown } & Pick<Settings<unknown>, "placeOf" | "keyOf">;
type Issue = z.core.$ZodIssue;

/** Where a name is unknown, what its absence leads to is not said too. */
function mistakesOfAll(issues: readonly Issue[], asked: Asked): Mistake[] {
  const unknown = new Set(issues.filter(({ code }) => code === "unrecognized_keys").map(({ path }) => nameOf(path)));
  return issues
    .filter(({ code, path }) => code !== "custom" || !unknown.has(nameOf(path)))
    .flatMap((issue) => mistakesOf(issue, asked));
}

function mistakesOf(issue: Issue, asked: Asked): Mistake[] {
  const { placeOf, keyOf } = asked;
  const value = valueAt(asked.raw, issue.path);
  const name = nameOf(issue.path);
  switch (issue.code) {
    case "unrecognized_keys":
      return issue.keys.map((key) => ({
        place: keyOf([...issue.path, key]),
        message: `unknown setting "${key}"${issue.path.length > 0 ? ` of ${name}` : ""}`,
        expected: nearestTo(key, keysAt(asked.schema, issue.path), "settings here"),
      }));
    case "invalid_type":
      if (value === undefined)
        return [{ place: placeOf(issue.path), message: `${name} is missing`, expected: expectedOf(issue) }];
      return [{ place: placeOf(issue.path), message: `${name} is ${shown(value)}`, expected: expectedOf(issue) }];
    case "invalid_union": {
      const inner = issue.errors.map((errors) =>
        errors.map((error) => ({ ...error, path: [...issue.path, ...error.path] })),
      );
      const isOfOtherKind = ({ code, path }: Issue) =>
        path.length === issue.path.length &&
        (code === "invalid_type" || (code === "invalid_value" && typeof value === "object"));
      const fitting = inner.filter((errors) => !errors.some(isOfOtherKind));
      if (fitting[0]) return mistakesOfAll(fitting[0], asked);
      const expected = `expected ${words([...new Set(inner.flatMap((errors) => errors.map((error) => expectedOf(error).replace("expected ", ""))))], "or")}`;
      return [
        {
          place: placeOf(issue.path),
          message: value === undefined ? `${name} is missing` : `${name} is ${shown(value)}`,
          expected,
        },
      ];
    }
    case "invalid_key":
      return [
        {
          place: keyOf(issue.path),
          message: `name ${shown(issue.path.at(-1))}`,
          expected: issue.issues[0]?.message ?? "",
        },
      ];
    case "custom": {
      if (issue.message.startsWith("expected "))
        return [{ place: placeOf(issue.path), message: `${name} is ${shown(value)}`, expected: issue.message }];
      const [message, expected] = issue.message.split(/; (.*)/s);
      return [{ place: placeOf(issue.path), message: message!, ...(expected ? { expected } : {}) }];
    }
    default:
      return [{ place: placeOf(issue.path), message: `${name} is ${shown(value)}`, expected: expectedOf(issue) }];
  }
}

function expectedOf(issue: Issue): string {
  if (issue.code === "invalid_value") return `expected ${words(issue.values.map(String), "or")}`;
  if (issue.code !== "invalid_type") return issue.message;
  const kinds: Record<string, string> = {
    string: "text",
    number: "a number",
    int: "a whole number",
    boolean: "true or false",
    array: "a list",
    object: "a map",
    record: "a map",
  };
  return `expected ${kinds[issue.expected] ?? issue.expected}`;
}

/** `columns.asn.tests[1]`; the settings themselves for an empty path. */
function nameOf(path: Path): string {
  const name = path.map((part) => (typeof part === "number" ? `[${part}]` : `.${String(part)}`)).join("");
  return name.replace(/^\./, "") || "what stands here";
}

/** `a, b or c` */
export function words(all: readonly string[], last: "or" | "and"): string {
  return all.length < 2 ? all.join("") : `${all.slice(0, -1).join(", ")} ${last} ${all.at(-1)}`;
}

function valueAt(raw: unknown, path: Path): unknown {
  let value = raw;
  for (const part of path) value = (value as Record<PropertyKey, unknown> | null | undefined)?.[part];
  return value;
}

/** Names of the settings that the schema knows at a path; empty where any name may stand. */
function keysAt(schema: z.ZodType, path: Path): string[] {
  const { def } = (schema as unknown as { _zod: { def: SchemaDefinition } })._zod;
  if (def.innerType) return keysAt(def.innerType, path);
  if (def.in) return keysAt(def.in, path);
  if (def.options) return def.options.flatMap((option) => keysAt(option, path));
  const [first, ...rest] = path;
  if (def.shape) {
    if (first === undefined) return Object.keys(def.shape);
    const next = def.shape[String(first)];
    return next ? keysAt(next, rest) : [];
  }
  const next = def.element ?? def.valueType;
  return first !== undefined && next ? keysAt(next, rest) : [];
}

type SchemaDefinition = {
  innerType?: z.ZodType;
  in?: z.ZodType;
  options?: z.ZodType[];
  shape?: Record<string, z.ZodType>;
  element?: z.ZodType;
  valueType?: z.ZodType;
};

function valueOffset(document: Document, path: Path): number {
  for (let length = path.length; length >= 0; length -= 1) {
    const node = length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return node.range[0];
  }
  return 0;
}

function keyOffset(document: Document, path: Path): number {
  const parent = path.length > 1 ? document.getIn(path.slice(0, -1), true) : document.contents;
  if (isMap(parent)) {
    for (const pair of parent.items) {
      const key: unknown = isPair(pair) ? pair.key : undefined;
      if (isScalar(key) && String(key.value) === String(path.at(-1)) && key.range) return key.range[0];
    }
  }
  return valueOffset(document, isCollection(parent) ? path.slice(0, -1) : path);
}

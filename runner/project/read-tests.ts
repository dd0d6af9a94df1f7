import type { Mistake, Place } from "../errors.ts";
import type { TestSetting } from "./header.ts";
import type { Test, TestKind, Threshold } from "./model.ts";
import type { Path, Settings } from "./settings.ts";

/** Any failing row counts, where nothing else is said. */
export const anyRow: Threshold = { operator: "!=", value: 0 };

/** SQL in the settings: true or false for one row of the model. `letter` leads an offset into it to its place. */
export type Condition = { sql: string; letter: (offset: number) => Place };

type Given = { columns: readonly string[]; setting: TestSetting; path: Path };
type Details = {
  columns?: string[] | undefined;
  name?: string | undefined;
  where?: string | undefined;
  severity?: "error" | "warn" | undefined;
  warn_if?: Threshold | undefined;
  error_if?: Threshold | undefined;
  values?: (string | number | boolean)[];
  to?: string;
  column?: string;
  sql?: string;
};

/**
 * The tests of a model: those of its columns, its own, and what `grain` promises (its columns are not null, and together unique).
 * A test that stands there twice is one. Names are made from what is tested; the second of a name gets `_2`.
 */
export function testsOf(
  model: string,
  given: readonly Given[],
  { grain, placeOf, letterOf }: { grain: readonly string[] } & Pick<Settings<unknown>, "placeOf" | "letterOf">,
): { tests: Test[]; conditions: Condition[]; mistakes: Mistake[] } {
  const tests: Test[] = [];
  const conditions: Condition[] = [];
  const mistakes: Mistake[] = [];
  const names = new Set<string>();
  for (const { columns, setting, path } of given) {
    const kind = (typeof setting === "string" ? setting : Object.keys(setting)[0]) as TestKind;
    const details = detailsOf(setting, kind);
    const test = makeTest(kind, details.columns ?? [...columns], details, placeOf(path));
    if (test.columns.length === 0 && kind !== "expression")
      mistakes.push({
        place: test.place,
        message: `${kind} of a model names no column`,
        expected: `expected {${kind}: {columns: [a, b]}}`,
      });
    else add(test);
    if (details.where !== undefined)
      conditions.push({ sql: details.where, letter: letterOf([...path, kind, "where"]) });
    if (details.sql !== undefined)
      conditions.push({
        sql: details.sql,
        letter: letterOf(isShort(setting, kind) ? [...path, kind] : [...path, kind, "sql"]),
      });
  }
  if (grain.length > 0) {
    const place = placeOf(["grain"]);
    add(makeTest("unique", [...grain], {}, place));
    for (const column of grain) add(makeTest("not_null", [column], {}, place));
  }
  return { tests, conditions, mistakes };

  function makeTest(kind: TestKind, columns: string[], details: Details, place: Place): Test {
    const to =
      details.to !== undefined && details.column !== undefined
        ? { model: details.to, column: details.column }
        : undefined;
    const target = kind === "relationships" && to ? [`to_${to.model}_${to.column}`] : [];
    return {
      name: details.name ?? [kind, model, ...columns, ...target].join("_"),
      model,
      kind,
      columns,
      values: details.values,
      to,
      expression: details.sql,
      where: details.where,
      severity: details.severity ?? "error",
      warnIf: details.warn_if ?? anyRow,
      errorIf: details.error_if ?? anyRow,
      place,
    };
  }

  function add(test: Test): void {
    if (tests.some((other) => isSame(other, test))) return;
    let name = test.name;
    for (let number = 2; names.has(name); number += 1) name = `${test.name}_${number}`;
    names.add(name);
    tests.push({ ...test, name });
  }
}

function isShort(setting: TestSetting, kind: TestKind): boolean {
  return typeof setting === "object" && typeof setting[kind] === "string";
}

function detailsOf(setting: TestSetting, kind: TestKind): Details {
  if (typeof setting === "string") return {};
  const details: unknown = setting[kind];
  if (Array.isArray(details)) return { values: details };
  if (typeof details === "string") return { sql: details };
  return details as Details;
}

function isSame(one: Test, other: Test): boolean {
  const text = ({ place: _, name: __, ...rest }: Test) => JSON.stringify(rest);
  return (one.kind === "unique" || one.kind === "not_null") && text(one) === text(other);
}

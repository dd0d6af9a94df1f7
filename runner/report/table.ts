import { cutTo, oneLine, widthOf } from "./width.ts";

/**
 * Rows under their column names, aligned for a fixed-width screen; numbers to the right, NULL as `null`. Empty: the names and
 * `(no rows)`. `width`: the columns of the screen, undefined for no limit. Texts are cut to it, numbers never: where that is not
 * enough the last columns go, and a line says which.
 */
export function formatTable(
  columns: readonly string[],
  rows: readonly (readonly (string | null)[])[],
  { width }: { width?: number | undefined } = {},
): string {
  const names = columns.map(oneLine);
  const texts = rows.map((row) => row.map((value) => (value === null ? "null" : oneLine(value))));
  const isNumber = columns.map((_, index) => rows.length > 0 && rows.every((row) => isFigure(row[index] ?? null)));
  const natural = names.map((name, index) => Math.max(widthOf(name), ...texts.map((row) => widthOf(row[index]!))));
  const fitted = fitInto(natural, { names, isNumber, width });
  const shown = fitted.widths.length;

  const line = (cells: readonly string[]) =>
    cells
      .slice(0, shown)
      .map((cell, index) => {
        const text = cutTo(cell, fitted.widths[index]!);
        const blank = " ".repeat(fitted.widths[index]! - widthOf(text));
        return isNumber[index] ? blank + text : text + blank;
      })
      .join(gap)
      .trimEnd();
  const rule = fitted.widths.map((size) => "-".repeat(size)).join(gap);
  const left = names.slice(shown);
  return [
    line(names),
    rule,
    ...(texts.length > 0 ? texts.map(line) : ["(no rows)"]),
    ...(left.length > 0 ? [cutTo(`(no room for: ${left.join(", ")})`, width ?? Number.POSITIVE_INFINITY)] : []),
  ].join("\n");
}

const gap = "  ";
const narrowest = 12;

/** Takes from the widest text until the table fits; then drops columns from the right, the first never. */
function fitInto(
  natural: readonly number[],
  { names, isNumber, width }: { names: readonly string[]; isNumber: readonly boolean[]; width: number | undefined },
): { widths: number[] } {
  if (width === undefined) return { widths: [...natural] };
  for (let count = natural.length; count > 1; count -= 1) {
    const widths = natural.slice(0, count);
    const least = widths.map((size, index) =>
      isNumber[index] ? size : Math.min(size, Math.max(narrowest, widthOf(names[index]!))),
    );
    const room = width - gap.length * (count - 1);
    if (sum(least) > room) continue;
    while (sum(widths) > room) {
      const [widest] = widths
        .map((_, index) => index)
        .filter((index) => widths[index]! > least[index]!)
        .sort((one, other) => widths[other]! - widths[one]!);
      widths[widest!]! -= 1;
    }
    return { widths };
  }
  return { widths: natural.slice(0, 1).map((size) => Math.min(size, width)) };
}

function isFigure(value: string | null): boolean {
  return value === null || /^[<>]?-?\d[\d,]*(\.\d+)?(e[+-]?\d+)?$/i.test(value);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

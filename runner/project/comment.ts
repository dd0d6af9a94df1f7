import type { Mistake } from "../errors.ts";
import { Lines } from "./text.ts";

/** A file with its first comment apart: `yaml` is what stands in the comment, `body` what comes after it, with their offsets. */
export type Commented = {
  lines: Lines;
  start: number;
  yaml: string;
  yamlOffset: number;
  body: string;
  bodyOffset: number;
};

/** Takes the first comment off an SQL file; it must come before anything else. `text` is plain (text.ts). */
export function splitComment(file: string, text: string): Commented | Mistake {
  const lines = new Lines(file, text);
  const start = text.search(/\S/);
  const way = "expected a first comment /* ... */ with settings, then one SELECT";
  if (start < 0) return { place: lines.place(0), message: "the file is empty", expected: way };
  if (!text.startsWith("/*", start))
    return { place: lines.place(start), message: "there is no comment with settings", expected: way };
  const end = text.indexOf("*/", start + 2);
  if (end < 0)
    return {
      place: lines.place(start),
      message: "the comment does not end",
      expected: "expected */ after the settings",
    };
  const rest = text.slice(end + 2);
  const leading = rest.search(/\S/);
  if (leading < 0)
    return {
      place: lines.place(end + 2),
      message: "nothing stands after the comment",
      expected: "expected one SELECT",
    };
  const yamlOffset = start + 2 + blanksBefore(text.slice(start + 2, end));
  return {
    lines,
    start,
    yaml: text.slice(yamlOffset, end),
    yamlOffset,
    body: rest.slice(leading).trimEnd(),
    bodyOffset: end + 2 + leading,
  };
}

/** Settings that begin beside the opening of the comment and go on at the start of the next line are not meant as indented. */
function blanksBefore(inside: string): number {
  const [first = "", ...others] = inside.split("\n");
  const blanks = first.search(/\S/);
  return blanks > 0 && others.some((line) => /^[^\s#]/.test(line)) ? blanks : 0;
}

import type { Place } from "../errors.ts";

/** A file as it is worked on: no byte order mark, every line ends in LF. Lines and columns are those a person's editor shows. */
export function plainText(content: string): string {
  const text = content.charCodeAt(0) === 0xfeff ? content.slice(1) : content;
  return text.includes("\r") ? text.replaceAll("\r\n", "\n") : text;
}

/** Turns offsets into places. Columns count UTF-16 units, as editors do. */
export class Lines {
  readonly file: string;
  readonly #starts: number[] = [0];

  constructor(file: string, text: string) {
    this.file = file;
    for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) this.#starts.push(at + 1);
  }

  place(offset: number): Place {
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#starts[middle]! <= offset) low = middle;
      else high = middle - 1;
    }
    return { file: this.file, line: low + 1, column: offset - this.#starts[low]! + 1 };
  }

  /** The place of an offset counted from the start of `line` (from 1). */
  offset(line: number, column: number): number {
    return this.#starts[line - 1]! + column - 1;
  }
}

/** The place `length` characters further on, where what lies between is `text` itself. */
export function placeAfter(place: Place, text: string): Place {
  const lastBreak = text.lastIndexOf("\n");
  if (lastBreak < 0) return { ...place, column: place.column + text.length };
  let line = place.line;
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) line += 1;
  return { ...place, line, column: text.length - lastBreak };
}

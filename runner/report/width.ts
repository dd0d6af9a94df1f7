import { createRequire } from "node:module";

/** Loaded where a text needs it: most commands write ASCII only, and are done before it is loaded. */
let stringWidth: ((text: string) => number) | undefined;

/** Columns of a screen that the text takes; colours take none. */
export function widthOf(text: string): number {
  if (/^[\x20-\x7e]*$/.test(text)) return text.length;
  stringWidth ??= (createRequire(import.meta.url)("string-width") as typeof import("string-width")).default;
  return stringWidth(text);
}

/** The text without colours if it is not wider, else its beginning and an ellipsis. */
export function cutTo(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  let cut = "";
  let left = width - 1;
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    left -= widthOf(segment);
    if (left < 0) break;
    cut += segment;
  }
  return width > 0 ? `${cut}…` : "";
}

/** One line that moves no cursor and changes no colour, whatever the text is: it may come from outside. */
export function oneLine(text: string): string {
  return harmless(text.replace(/\s*[\r\n\u2028\u2029]+\s*/g, " "));
}

/** The same for text of several lines. */
export function safeLines(text: string): string {
  return text.split(/\r?\n/).map(harmless).join("\n");
}

function harmless(line: string): string {
  return line.replaceAll("\t", " ").replace(/[\u0000-\u001f\u007f-\u009f]/g, "?");
}

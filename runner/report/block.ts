import { cutTo, widthOf } from "./width.ts";

export type Terminal = { columns?: number; rows?: number; write(text: string): unknown };

/**
 * Lines at the bottom of a terminal that are drawn again in place; what is written above them stays. The cursor waits below them at
 * the start of a line and is never hidden, so whatever ends the process leaves a terminal that can be typed in.
 */
export type Block = {
  /** Writes `above`, whole lines, and draws the lines below it, in one write. Lines that are too wide or too many are cut. */
  draw(lines: readonly string[], above?: string): void;
  /** Another program wrote to the terminal: what stood there is no longer to be drawn over. */
  forget(): void;
};

export function openBlock(terminal: Terminal): Block {
  let standing: readonly string[] = [];

  return {
    draw(lines, above = "") {
      const columns = terminal.columns || 80;
      const rows = terminal.rows || 24;
      const fitting = lines.slice(-Math.max(1, rows - 2)).map((line) => cutTo(line, columns - 1));
      if (above === "" && sameLines(fitting, standing)) return;
      const text = `${erase(columns)}${above}${fitting.map((line) => `${line}\n`).join("")}`;
      standing = fitting;
      if (text !== "") terminal.write(`${beginUpdate}${text}${endUpdate}`);
    },
    forget() {
      standing = [];
    },
  };

  /** A terminal that became narrower has broken the lines that stood on it, so they take more rows now. */
  function erase(columns: number): string {
    if (standing.length === 0) return "";
    const rows = standing.reduce((sum, line) => sum + Math.max(1, Math.ceil(widthOf(line) / columns)), 0);
    return `\x1b[${rows}A\r\x1b[J`;
  }
}

/** A terminal that knows them shows what is between them at once; others pass over them. */
const beginUpdate = "\x1b[?2026h";
const endUpdate = "\x1b[?2026l";

function sameLines(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((line, index) => line === other[index]);
}

import { execa } from "execa";
import headless from "@xterm/headless";

/** A terminal as a person sees it: what is written to it becomes rows of text. */
export type Screen = {
  columns: number;
  rows: number;
  write(text: string): void;
  on(event: "resize", listener: () => void): void;
  off(event: "resize", listener: () => void): void;
  resize(columns: number, rows: number): Promise<void>;
  /** Everything on it and above it, without the blanks at the end of a line and the empty lines at the end. */
  text(): Promise<string>;
  /** Where the next letter would stand, from 0, and whether the cursor is to be seen. */
  cursor(): Promise<{ column: number; isVisible: boolean }>;
};

export function openScreen({
  columns,
  rows,
  convertEol = true,
}: {
  columns: number;
  rows: number;
  convertEol?: boolean;
}): Screen {
  const terminal = new headless.Terminal({
    cols: columns,
    rows,
    scrollback: 10_000,
    allowProposedApi: true,
    convertEol,
  });
  const listeners = new Set<() => void>();
  const settled = () => new Promise<void>((resolve) => terminal.write("", resolve));
  let isVisible = true;
  for (const [final, visible] of [
    ["h", true],
    ["l", false],
  ] as const)
    terminal.parser.registerCsiHandler({ prefix: "?", final }, (parameters) => {
      if (parameters.includes(25)) isVisible = visible;
      return false;
    });
  const screen: Screen = {
    columns,
    rows,
    write: (text) => terminal.write(text),
    on: (_, listener) => void listeners.add(listener),
    off: (_, listener) => void listeners.delete(listener),
    async resize(toColumns, toRows) {
      await settled();
      terminal.resize(toColumns, toRows);
      screen.columns = toColumns;
      screen.rows = toRows;
      for (const listener of listeners) listener();
    },
    async text() {
      await settled();
      const { active } = terminal.buffer;
      const lines = Array.from({ length: active.length }, (_, row) => active.getLine(row)!.translateToString(true));
      return lines.join("\n").trimEnd();
    },
    async cursor() {
      await settled();
      return { column: terminal.buffer.active.cursorX, isVisible };
    },
  };
  return screen;
}

/**
 * Runs a shell command in a real terminal device of this size, with `script` of util-linux, and answers what a terminal shows of its
 * output. `typed` is typed as soon as the output holds `at`: `\x03` is Ctrl-C.
 */
export async function runInTerminal(
  command: string,
  {
    columns = 80,
    rows = 24,
    env = {},
    type,
  }: { columns?: number; rows?: number; env?: Record<string, string>; type?: { at: string; typed: string } } = {},
): Promise<{ screen: Screen; output: string; code: number | undefined }> {
  const child = execa("script", ["-qefc", `stty cols ${columns} rows ${rows}; ${command}`, "/dev/null"], {
    stdin: "pipe",
    reject: false,
    extendEnv: false,
    env: { PATH: process.env.PATH!, HOME: process.env.HOME!, TERM: "xterm-256color", LANG: "C.UTF-8", ...env },
  });
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text;
    if (!type || !output.includes(type.at)) return;
    child.stdin.write(type.typed);
    type = undefined;
  });
  const { exitCode } = await child;
  const screen = openScreen({ columns, rows, convertEol: false });
  screen.write(output);
  return { screen, output, code: exitCode };
}

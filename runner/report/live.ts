import type { Event, Label } from "../run/events.ts";
import { openBlock, type Terminal } from "./block.ts";
import type { Colours } from "./colours.ts";
import { clockTime } from "./figures.ts";
import { stageText } from "./lines.ts";
import { oneLine, widthOf } from "./width.ts";

/** What a person sees at a terminal while something runs: a line for each running node, and below them how far the build is. */
export type Live = Disposable & {
  onEvent(event: Event): void;
  /** Writes lines that stay, above the block. */
  above(text: string): void;
  /** Lets something else write to the same terminal in between. */
  aside(write: () => void): void;
};

export type LiveTerminal = Terminal & {
  on(event: "resize", listener: () => void): unknown;
  off(event: "resize", listener: () => void): unknown;
};

export function openLive(
  terminal: LiveTerminal,
  { colours, isUtf8, now = Date.now }: { colours: Colours; isUtf8: boolean; now?: () => number },
): Live {
  const block = openBlock(terminal);
  const running = new Map<number, { label: Label; startedAt: number }>();
  const progress = { done: 0, total: 0, failed: 0, startedAt: 0, stage: undefined as string | undefined };
  let ticker: NodeJS.Timeout | undefined;
  const redraw = () => block.draw(lines());
  const clear = () => block.draw([]);
  const onContinue = () => {
    block.forget();
    redraw();
  };
  terminal.on("resize", redraw);
  process.on("exit", clear);
  process.on("SIGCONT", onContinue);

  return {
    onEvent(event) {
      if (event.kind === "started") {
        begin(event.at);
        running.set(event.thread, { label: event.label, startedAt: Date.parse(event.at) });
        progress.total = event.total;
      } else if (event.kind === "finished" && event.total > 0) {
        begin(event.at);
        if (event.ran) running.delete(event.ran.thread);
        progress.done = event.index;
        progress.total = event.total;
        if (event.outcome.status === "failed") progress.failed += 1;
      } else if (event.kind === "stage") {
        begin(event.at);
        progress.stage = stageText(event.name);
      } else return;
      if (event.kind !== "finished") redraw(); // a finished one is drawn with its line
    },
    above(text) {
      block.draw(lines(), `${text}\n`);
    },
    aside(write) {
      clear();
      write();
      redraw();
    },
    [Symbol.dispose]() {
      clearInterval(ticker);
      clear();
      terminal.off("resize", redraw);
      process.off("exit", clear);
      process.off("SIGCONT", onContinue);
    },
  };

  function begin(at: string): void {
    if (ticker) return;
    progress.startedAt = Date.parse(at);
    ticker = setInterval(redraw, 200).unref();
  }

  function lines(): string[] {
    if (!ticker) return [];
    const room = Math.max(1, (terminal.rows || 24) - 4);
    const all = [...running].sort(([one], [other]) => one - other).map(([, node]) => node);
    const shown = all.slice(0, all.length > room ? room - 1 : room);
    const more = all.length - shown.length;
    return [
      ...shown.map(({ label, startedAt }) => `${clockTime(now() - startedAt).padStart(6)}  ${oneLine(label.text)}`),
      ...(more > 0 ? [`${" ".repeat(6)}  and ${more} more`] : []),
      bar(),
    ];
  }

  function bar(): string {
    const { done, total, failed, stage, startedAt } = progress;
    const text = [
      stage ?? `${done} of ${total}`,
      ...(running.size > 0 ? [`${running.size} running`] : []),
      ...(failed > 0 ? [`${failed} failed`] : []),
      clockTime(now() - startedAt),
    ].join(", ");
    const width = Math.min(40, (terminal.columns || 80) - widthOf(text) - 6);
    if (width < 5) return text;
    const full = total === 0 ? 0 : Math.floor((done / total) * width);
    const [fill, empty] = isUtf8 ? ["━", "─"] : ["#", "."];
    const paint = failed > 0 ? colours.bad : colours.good;
    return `  ${paint(fill!.repeat(full))}${colours.dim(empty!.repeat(width - full))}  ${text}`;
  }
}

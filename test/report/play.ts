import { execFileSync } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { openReporter } from "../../runner/report/reporter.ts";
import type { Event, Label } from "../../runner/run/events.ts";

/**
 * Plays a build on the streams of this process, as commands use them, for tests in a real terminal: `node play.ts <how it ends>`.
 * `end` ends well, `throw` by an error, `exit` at once in the middle, `kill` as if the machine went away, `wait` not
 * before Ctrl-C; `narrow` makes the terminal narrower on the way.
 */
const [ending = "end", format = "text"] = process.argv.slice(2);
const { stdout, stderr, env: environment } = process;

export function label(name: string): Label {
  return { id: name, kind: "model", text: `sql table model ${name}` };
}

{
  using reporter = openReporter({ stdout, stderr, environment, json: format === "json", command: "build" });
  const interrupted = new Promise<void>((resolve) => {
    process.once("SIGINT", () => {
      reporter.interrupted("SIGINT");
      resolve();
    });
  });
  try {
    await play(reporter.onEvent, reporter.print);
    reporter.end(0);
  } catch (error) {
    process.exitCode = reporter.failed(error);
    reporter.end(process.exitCode);
  }

  async function play(onEvent: (event: Event) => void, print: (text: string) => void): Promise<void> {
    const at = () => new Date().toISOString();
    const start = (name: string, thread: number) =>
      onEvent({ kind: "started", at: at(), label: label(name), thread, total: 3 });
    const finish = (name: string, thread: number, index: number) =>
      onEvent({
        kind: "finished",
        at: at(),
        index,
        total: 3,
        ran: { startedAt: at(), thread },
        outcome: { status: "ok", label: label(name), rowCount: 3n, elapsedMs: 1420 },
      });
    onEvent({
      kind: "build-started",
      at: at(),
      build: "shop_20260131",
      target: "sample",
      toRun: 3,
      reused: 0,
      tests: 0,
    });
    start("one", 1);
    start("two_with_a_name_that_is_far_too_long_for_a_terminal_of_forty_columns", 2);
    await sleep(300);
    finish("one", 1, 1);
    start("three", 1);
    print("a result in between");
    await sleep(300);
    if (ending === "throw") throw new Error("the disk is full");
    if (ending === "exit") process.exit(3);
    if (ending === "kill") process.kill(process.pid, "SIGKILL");
    if (ending === "narrow") {
      execFileSync("stty", ["cols", "40"], { stdio: "inherit" });
      await sleep(300);
    }
    if (ending === "wait") await interrupted;
    finish("two_with_a_name_that_is_far_too_long_for_a_terminal_of_forty_columns", 2, 2);
    finish("three", 1, 3);
    onEvent({ kind: "stage", at: at(), name: "gates" });
    await sleep(100);
    print("the results");
  }
}

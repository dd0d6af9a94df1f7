import { messageOf, NotStartedError, ProjectError } from "../errors.ts";
import { type Event, now, type OnEvent } from "../run/events.ts";
import { type Colours, coloursFor, plain } from "./colours.ts";
import { type JsonLine, type JsonRow, jsonLine, jsonMistakes, jsonOf } from "./json.ts";
import { lineOf, lineOfRunning } from "./lines.ts";
import { openLive } from "./live.ts";
import { safeLines } from "./width.ts";

/**
 * Where a command's words go: progress to stderr, results to stdout; with `json` one typed line a thing, all to stdout. Closing it
 * leaves the terminal as it was.
 */
export type Reporter = Disposable & {
  readonly json: boolean;
  /** For what is printed to stdout. */
  readonly colours: Colours;
  /** Columns of the terminal that stdout is; undefined where it is none. */
  width(): number | undefined;
  onEvent: OnEvent;
  /** A result, for people. */
  print(text: string): void;
  /** Progress, or a warning. */
  tell(text: string): void;
  /** One thing of a list, for programs: people are not told. */
  row(row: JsonRow): void;
  /** What the `result` says beside the exit code, for programs. */
  result(details: Record<string, unknown>): void;
  /** Says that the command was asked to stop, by this signal. */
  interrupted(signal: string): void;
  /** Says what ended the command; answers the exit code that it deserves. */
  failed(error: unknown): 1 | 2;
  /** The last word: the `result`, for programs. */
  end(exitCode: number): void;
};

export type Streams = { stdout: NodeJS.WriteStream; stderr: NodeJS.WriteStream };

export function openReporter(
  options: Streams & { json: boolean; command: string; environment: NodeJS.ProcessEnv },
): Reporter {
  for (const stream of [options.stdout, options.stderr]) stream.on("error", passOverClosedPipe);
  return options.json ? openJsonReporter(options) : openTextReporter(options);
}

function openTextReporter({ stdout, stderr, environment }: Streams & { environment: NodeJS.ProcessEnv }): Reporter {
  const colours = coloursFor(stderr, environment);
  const live = isWatched(stderr, environment) ? openLive(stderr, { colours, isUtf8: isUtf8(environment) }) : undefined;
  const tell = live ? live.above : (text: string) => void stderr.write(`${text}\n`);
  const pulse = live ? undefined : openPulse((running) => tell(lineOfRunning(running, colours)));
  return {
    json: false,
    colours: coloursFor(stdout, environment),
    width: () => (stdout.isTTY ? stdout.columns || undefined : undefined),
    onEvent(event) {
      live?.onEvent(event);
      pulse?.onEvent(event);
      const line = lineOf(event, { colours, columns: stderr.isTTY ? stderr.columns : undefined });
      if (line !== undefined) tell(line);
    },
    print(text) {
      const write = () => void stdout.write(`${text}\n`);
      if (live && stdout.isTTY) live.aside(write);
      else write();
    },
    tell,
    row: () => undefined,
    result: () => undefined,
    interrupted(signal) {
      tell(`${live || !stderr.isTTY ? "" : "\n"}${stoppingText(signal)}`); // the terminal has written ^C
    },
    failed(error) {
      tell(safeLines(textOfFailure(error)));
      if (environment.RUNNER_DEBUG && error instanceof Error) tell(String(error.stack));
      return exitCodeOf(error);
    },
    end: () => undefined,
    [Symbol.dispose]() {
      live?.[Symbol.dispose]();
      pulse?.[Symbol.dispose]();
    },
  };
}

function openJsonReporter({ stdout, command }: Streams & { command: string }): Reporter {
  const write = (line: JsonLine) => void stdout.write(`${jsonLine(line)}\n`);
  const say = (text: string) => write({ kind: "message", at: now(), level: "info", text });
  let details: Record<string, unknown> = {};
  let failure: { message: string | null; mistakes: ReturnType<typeof jsonMistakes> } = { message: null, mistakes: [] };
  return {
    json: true,
    colours: plain,
    width: () => undefined,
    onEvent: (event) => write(jsonOf(event)),
    print: say,
    tell: say,
    row: write,
    result(more) {
      details = { ...details, ...more };
    },
    interrupted: (signal) => say(stoppingText(signal)),
    failed(error) {
      failure = {
        message: messageOf(error),
        mistakes: error instanceof ProjectError ? jsonMistakes(error.mistakes) : [],
      };
      return exitCodeOf(error);
    },
    end(exitCode) {
      write({ kind: "result", at: now(), command, exitCode, ...failure, ...details });
    },
    [Symbol.dispose]: () => undefined,
  };
}

/** The log of a build that runs for long says what it is at: after half a minute, then each time it took twice as long. */
function openPulse(
  say: (running: { at: string; text: string; elapsedMs: number }) => void,
): Disposable & { onEvent: OnEvent } {
  const running = new Map<number, { text: string; startedAt: number; nextMs: number }>();
  let ticker: NodeJS.Timeout | undefined;
  return {
    onEvent(event: Event) {
      if (event.kind === "started") {
        running.set(event.thread, { text: event.label.text, startedAt: Date.parse(event.at), nextMs: 30_000 });
        ticker ??= setInterval(look, 5_000).unref();
      } else if (event.kind === "finished" && event.ran) running.delete(event.ran.thread);
    },
    [Symbol.dispose]: () => clearInterval(ticker),
  };

  function look(): void {
    for (const node of running.values()) {
      const elapsedMs = Date.now() - node.startedAt;
      if (elapsedMs < node.nextMs) continue;
      node.nextMs *= 2;
      say({ at: now(), text: node.text, elapsedMs });
    }
  }
}

function stoppingText(signal: string): string {
  return `${signal}: stopping, queries are cancelled; Ctrl-C again, a second from now, ends at once`;
}

function textOfFailure(error: unknown): string {
  if (!(error instanceof ProjectError)) return messageOf(error);
  return `${error.message}\n${error.mistakes.length} ${error.mistakes.length === 1 ? "mistake" : "mistakes"}; nothing was run`;
}

function exitCodeOf(error: unknown): 1 | 2 {
  return error instanceof ProjectError || error instanceof NotStartedError ? 2 : 1;
}

/** A person watches a terminal that can move its cursor; a log of CI is read later, whatever it is written through. */
function isWatched(stderr: NodeJS.WriteStream, { CI: ci, TERM: terminal }: NodeJS.ProcessEnv): boolean {
  return stderr.isTTY === true && terminal !== "dumb" && (!ci || ci === "false");
}

function isUtf8({ LC_ALL, LC_CTYPE, LANG }: NodeJS.ProcessEnv): boolean {
  return /utf-?8/i.test(LC_ALL || LC_CTYPE || LANG || "");
}

/** `runner ls | head` ends its reader early, which is no reason to stop a build. */
function passOverClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== "EPIPE") throw error;
}

import type { Event, Outcome } from "../run/events.ts";
import type { Colours } from "./colours.ts";
import { counted, seconds } from "./figures.ts";
import { oneLine, safeLines, widthOf } from "./width.ts";

/** Of a terminal, undefined where it is none. */
export type LineOptions = { colours: Colours; columns?: number | undefined };

/**
 * An event as a line, UTC times: one for each thing that finished, in the shape that dbt users know. Undefined for what says nothing
 * to a reader of the log: what began, what was reused.
 */
export function lineOf(event: Event, { colours, columns }: LineOptions): string | undefined {
  switch (event.kind) {
    case "message":
      return event.level === "warn" ? `${colours.warn("Warning:")} ${safeLines(event.text)}` : safeLines(event.text);
    case "build-started":
      return `${event.at.slice(0, 10)} ${clock(event.at)} UTC  build ${event.build} on ${event.target}: ${event.toRun} to build, ${event.reused} reused, ${counted(event.tests, "test")}`;
    case "started":
      return undefined;
    case "finished":
      return lineOfOutcome(event, { colours, columns });
    case "stage":
      return `${clock(event.at)}  ${stageText(event.name)}`;
    default:
      return event satisfies never;
  }
}

/** A line for what has been running for long, so that a log that ends in the middle says where. */
export function lineOfRunning(
  { at, text, elapsedMs }: { at: string; text: string; elapsedMs: number },
  colours: Colours,
): string {
  return `${clock(at)}  ${colours.dim("still running")} ${oneLine(text)} [${seconds(elapsedMs)}]`;
}

/** `sql table model x`; of a test only its name, since PASS and FAIL say what it is. */
export function shortText({ label }: Pick<Outcome, "label">): string {
  return label.kind === "test" ? label.text.replace(/^test /, "") : label.text;
}

export function stageText(name: string): string {
  return { gates: "checking the gates", promote: "releasing" }[name] ?? name;
}

function lineOfOutcome(
  { at, outcome, index, total }: Extract<Event, { kind: "finished" }>,
  { colours, columns }: LineOptions,
): string | undefined {
  if (outcome.status === "reused") return undefined; // counted at the end
  if (outcome.status === "skipped" && isStop(outcome.because)) return undefined; // named at the end, by one line for all
  const place = `${String(index).padStart(String(total).length)} of ${total}`;
  const { word, paint, tail } = verdictOf(outcome, colours);
  const text = oneLine(shortText(outcome));
  const dots = ".".repeat(Math.max(3, dotsEnd(columns) - widthOf(`${place} ${word} ${text} `)));
  return `${clock(at)}  ${place} ${paint(word)} ${text} ${colours.dim(dots)} [${tail}]`;
}

function verdictOf(outcome: Exclude<Outcome, { status: "reused" }>, colours: Colours) {
  const isTest = outcome.label.kind === "test" || outcome.label.kind === "unit-test";
  switch (outcome.status) {
    case "ok": {
      const rows = outcome.rowCount === undefined ? "" : `${counted(outcome.rowCount, "row")} in `;
      return { word: isTest ? "PASS" : "OK created", paint: colours.good, tail: rows + seconds(outcome.elapsedMs) };
    }
    case "warned":
      return { word: `WARN ${outcome.sample?.total ?? 1}`, paint: colours.warn, tail: seconds(outcome.elapsedMs) };
    case "failed": {
      const found = outcome.sample?.total ?? (outcome.label.kind === "unit-test" ? 1 : undefined);
      const word = !isTest ? "ERROR creating" : found === undefined ? "ERROR" : `FAIL ${found}`;
      return { word, paint: colours.bad, tail: seconds(outcome.elapsedMs) };
    }
    case "skipped":
      return { word: "SKIP", paint: colours.warn, tail: becauseText(outcome.because) };
    default:
      return outcome satisfies never;
  }
}

/** What stopped it is an id, or a sentence of its own. */
export function becauseText(because: string): string {
  return isStop(because) ? because : `${because} failed`;
}

/** Not the failure of another, but of the whole. */
function isStop(because: string): boolean {
  return /^(interrupted|stopped)/.test(because);
}

/** Where the dots end, so that the brackets stand below each other and most lines fit on a terminal. */
function dotsEnd(columns = Number.POSITIVE_INFINITY): number {
  return Math.max(40, Math.min(80, columns - "14:38:53  ".length - " [1,234,567 rows in 59.9s]".length));
}

/** `14:38:53` of an ISO time, which is UTC. */
export function clock(at: string): string {
  return at.slice(11, 19);
}

/** A place in a file of the project: `file` is relative to the project folder with `/`, line and column count from 1. */
export type Place = { file: string; line: number; column: number };

/** One mistake in the user's project. `expected` is the way out: what was expected there, or the nearest name. */
export type Mistake = { place: Place; message: string; expected?: string };

/** `file:line:column: what is wrong; what was expected`, the one form in which every mistake is shown. */
export function describeMistake({ place, message, expected }: Mistake): string {
  return `${place.file}:${place.line}:${place.column}: ${message}${expected ? `; ${expected}` : ""}`;
}

/** All mistakes in all files of a project, found in one go. Nothing runs on a project that has one. Exit code 2. */
export class ProjectError extends Error {
  readonly mistakes: readonly Mistake[];
  constructor(mistakes: readonly Mistake[]) {
    super(mistakes.map(describeMistake).join("\n"));
    this.name = "ProjectError";
    this.mistakes = mistakes;
  }
}

/** The command cannot start: usage, a lock that is held, no connection, an input that is missing. Exit code 2. */
export class NotStartedError extends Error {
  override name = "NotStartedError";
}

/** The command ran, and was refused or failed on the way (a gate, a stale model, a replaced base). Exit code 1. */
export class RunError extends Error {
  override name = "RunError";
}

/** What a database or its driver answered; `cause` keeps the driver's own error. */
export class EngineError extends Error {
  override name = "EngineError";
  /** Offset in characters into the SQL that was sent, from 0; absent where the engine names none. */
  readonly position: number | undefined;
  constructor(message: string, options: { cause?: unknown; position?: number | undefined } = {}) {
    super(message, { cause: options.cause });
    this.position = options.position;
  }
}

/** A row is longer than the engine was prepared for. */
export class RowTooLongError extends EngineError {
  override name = "RowTooLongError";
}

/** The two sides of a transfer differ in rows or checksum; nothing downstream may run. */
export class TransferError extends Error {
  override name = "TransferError";
}

/** What an aborted operation throws; `signal.reason` is the cause. */
export class InterruptedError extends Error {
  override name = "InterruptedError";
}

/** The text of any thrown value. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

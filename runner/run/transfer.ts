import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { crossingColumns } from "../engines/canonical.ts";
import type { Counted, Engine, Relation } from "../engines/engine.ts";
import { passOver } from "../engines/pipe.ts";
import { InterruptedError, RowTooLongError, TransferError } from "../errors.ts";
import type { Model } from "../project/model.ts";

export type TransferOptions = {
  model: Pick<Model, "name" | "columns">;
  from: Engine;
  to: Engine;
  source: Relation;
  target: Relation;
  /** A path that does not exist yet, for rows that go through this process; what is made there is removed in every case. */
  file: string;
  /** What the same table was when it was copied before: it must still be that. */
  recorded?: Counted | undefined;
  signal: AbortSignal;
};

/**
 * Copies a table to the other engine and answers what arrived. Throws TransferError where the two sides differ; nobody has seen
 * the copy then, and it is gone.
 */
export async function transfer(options: TransferOptions): Promise<Counted> {
  try {
    return await copy(options, false);
  } catch (error) {
    if (!(error instanceof RowTooLongError)) throw error;
    return await copy(options, true);
  }
}

async function copy(
  { model, from, to, source, target, file, recorded, signal }: TransferOptions,
  longRows: boolean,
): Promise<Counted> {
  const columns = crossingColumns(model.name, model.columns);
  const shared = from.sharedFolder ?? to.sharedFolder;
  const passage = shared === undefined ? file : join(shared, `transfer-${randomBytes(6).toString("hex")}`);
  const counting = from.count(source, { columns, signal }); // while the rows are on their way
  counting.catch(() => undefined); // told below
  try {
    return await passOver(passage, {
      write: (readerFailed) =>
        from.exportTo(passage, source, { columns, signal: AbortSignal.any([signal, readerFailed]) }),
      read: (written) =>
        to.load(passage, target, { columns, signal, longRows, accept: (arrived) => compare(arrived, written) }),
    });
  } catch (error) {
    const [counted] = await Promise.allSettled([counting]);
    // A value that can't cross is named there, and here is only what it led to.
    if (counted.status === "rejected" && !(error instanceof InterruptedError)) throw counted.reason;
    throw error;
  }

  async function compare(arrived: Counted, written: Promise<bigint>): Promise<void> {
    const rowsWritten = await written;
    const sent = await counting;
    if (recorded && !same(sent, recorded))
      throw new TransferError(
        `${model.name}: ${describe(from, sent)}, when it was copied before it had ${recorded.rowCount} rows, checksum ${recorded.checksum}`,
      );
    if (same(sent, arrived) && rowsWritten === sent.rowCount) return;
    throw new TransferError(
      `${model.name}: ${describe(from, sent)} and wrote ${rowsWritten} rows, ${describe(to, arrived)}; the copy was dropped`,
    );
  }
}

function same(one: Counted, other: Counted): boolean {
  return one.rowCount === other.rowCount && one.checksum === other.checksum;
}

function describe(engine: Engine, { rowCount, checksum }: Counted): string {
  return `${engine.name} has ${rowCount} rows, checksum ${checksum}`;
}

import { rm } from "node:fs/promises";
import { crossingColumns } from "../engines/canonical.ts";
import type { Counted, Engine, Relation } from "../engines/engine.ts";
import { TransferError } from "../errors.ts";
import type { Model } from "../project/model.ts";

export type TransferOptions = {
  model: Pick<Model, "name" | "columns">;
  from: Engine;
  to: Engine;
  source: Relation;
  target: Relation;
  /** A path that does not exist yet; the file is removed in every case. */
  file: string;
  /** What the same table was when it was copied before: it must still be that. */
  recorded?: Counted | undefined;
  signal: AbortSignal;
};

/** Copies a table to the other engine over a file; answers what arrived. Throws TransferError where the two sides differ. */
export async function transfer({ model, from, to, source, target, file, recorded, signal }: TransferOptions): Promise<Counted> {
  const columns = crossingColumns(model.name, model.columns);
  try {
    const sent = await from.exportTo(file, source, { columns, signal });
    if (recorded && !same(sent, recorded))
      throw new TransferError(`${model.name}: ${describe(from, sent)}, when it was copied before it had ${recorded.rowCount} rows, checksum ${recorded.checksum}`);
    const received = await to.load(file, target, { columns, signal });
    if (!same(sent, received)) {
      await to.dropRelation(target);
      throw new TransferError(`${model.name}: ${describe(from, sent)}, ${describe(to, received)}; the copy was dropped`);
    }
    return received;
  } finally {
    await rm(file, { force: true });
  }
}

function same(one: Counted, other: Counted): boolean {
  return one.rowCount === other.rowCount && one.checksum === other.checksum;
}

function describe(engine: Engine, { rowCount, checksum }: Counted): string {
  return `${engine.name} has ${rowCount} rows, checksum ${checksum}`;
}

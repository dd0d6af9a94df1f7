import type { Mistake } from "../errors.ts";
import { contentHash, openCache } from "./cache.ts";
import type { Facts } from "./facts.ts";
import type { TextFile } from "./files.ts";
import type { Side } from "./model.ts";
import type { Partials } from "./partials.ts";

/** What the reading of a file gave; `partials` are those it asked for, by `<side> <name>`. */
export type Read<T> = { value: T | undefined; mistakes: Mistake[]; facts?: Facts | undefined; partials?: string[] };

type Readers = typeof import("./reading.ts");

/**
 * Reads files one by one, or takes them from the cache where neither they nor a partial they use has changed. Mistakes are added to
 * the list it is given, facts to its own; a file with a mistake is not kept. The readers, with all parsers, are loaded when first needed.
 */
export type Reader = {
  facts: Map<string, Facts>;
  /** The first of the files gives the part its name. */
  read<T>(files: readonly TextFile[], reader: (readers: Readers) => Promise<Read<T>>): Promise<T | undefined>;
  save(): void;
};

type Kept<T> = { value: T; facts?: Facts; partials?: Record<string, string> };

export function openReader(
  cacheFile: string,
  { partials, mistakes }: { partials: Record<Side, Partials>; mistakes: Mistake[] },
): Reader {
  const cache = openCache(cacheFile);
  const facts = new Map<string, Facts>();
  const hashes = new Map<string, string>();
  return { facts, read, save: cache.save };

  async function read<T>(
    files: readonly TextFile[],
    reader: (readers: Readers) => Promise<Read<T>>,
  ): Promise<T | undefined> {
    const { file } = files[0]!;
    const hash = contentHash(...files.flatMap((part) => [part.file, part.text]));
    const kept = cache.get<Kept<T>>(file, hash);
    if (kept && Object.entries(kept.partials ?? {}).every(([name, known]) => hashOf(name) === known)) {
      if (kept.facts) facts.set(file, kept.facts);
      return kept.value;
    }
    const fresh = await reader(await import("./reading.ts"));
    mistakes.push(...fresh.mistakes);
    if (fresh.facts) facts.set(file, fresh.facts);
    if (fresh.value !== undefined && fresh.mistakes.length === 0) cache.put(file, hash, keptOf(fresh));
    return fresh.value;
  }

  function keptOf<T>({ value, facts: found, partials: used = [] }: Read<T>): Kept<unknown> {
    return {
      value,
      ...(found ? { facts: found } : {}),
      ...(used.length > 0 ? { partials: Object.fromEntries(used.map((name) => [name, hashOf(name)])) } : {}),
    };
  }

  /** Of the partial that this name means now. */
  function hashOf(sideAndName: string): string {
    const known = hashes.get(sideAndName);
    if (known !== undefined) return known;
    const [side, name] = sideAndName.split(/ (.*)/s) as [Side, string];
    const partial = partials[side].get(name);
    const hash = partial ? contentHash(partial.file, partial.text) : "";
    hashes.set(sideAndName, hash);
    return hash;
  }
}

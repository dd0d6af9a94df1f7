import type { TextFile } from "./files.ts";
import type { Side } from "./model.ts";

/** The partials that templates of one side see: `name.postgres.sql` or `name.bigquery.sql` before `name.sql`. */
export type Partials = { get(name: string): TextFile | undefined; names(): string[] };

const endings: Record<Side, string> = { postgres: ".postgres", warehouse: ".bigquery" };

export function partialsOf(files: readonly TextFile[], side: Side): Partials {
  const found = new Map<string, TextFile>();
  for (const file of files) {
    const base = file.file.replace(/^models\/partials\//, "").replace(/\.sql$/, "");
    const ending = Object.values(endings).find((candidate) => base.endsWith(candidate));
    if (ending === endings[side]) found.set(base.slice(0, -ending.length), file);
    else if (ending === undefined && !found.has(base)) found.set(base, file);
  }
  return { get: (name) => found.get(name), names: () => [...found.keys()] };
}

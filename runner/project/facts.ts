import type { Place } from "../errors.ts";

/** What a file shows of itself that only other files can answer. */
export type Facts = {
  /** Its output columns in order, or all columns of a table; undefined where an unnamed expression or a `*` hides them. */
  outputs: ({ name: string; place: Place } | { allOf: string; place: Place })[] | undefined;
  /** Columns that it takes from a model, seed or source table by name. `isLast`: nothing is computed from it, it goes straight out. */
  uses: { of: string; column: string; isLast: boolean; place: Place }[];
  /**
   * Where settings stand that name something elsewhere: of a model `grain`, `indexes.0`, `columns.a.pii`, `depends_on.name`; of a source
   * the files of its code by their names, `vars.name`, `reads.name`.
   */
  places: Record<string, Place>;
};

import type { Place } from "../errors.ts";

/** A row as the file has it: values as text, null for NULL. What a row leaves out is NULL. */
export type GivenRow = Record<string, string | null>;

/**
 * A worked case of one model: `test/models/<model>/<case>.yaml`. `given` holds the rows of what the model reads, by the name of a
 * model or seed or by `source.table`; what is read and not given is empty. The order of `expect` counts for nothing.
 */
export type UnitTest = {
  /** `<model>/<case>` */
  name: string;
  model: string;
  file: string;
  description: string | undefined;
  given: Record<string, GivenRow[]>;
  /** These go before the project's vars. */
  vars: Record<string, string>;
  expect: GivenRow[];
  /** Where a given relation's rows begin, by its name; the expected rows, by `expect`; a var, by `vars.name`. */
  places: Record<string, Place>;
  place: Place;
};

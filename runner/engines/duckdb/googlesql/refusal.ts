/** Something in a GoogleSQL text that the embedded warehouse does not run. `offset` counts characters from 0. */
export type Refusal = { construct: string; offset: number; message: string; wayOut: string };

/**
 * Thrown before anything runs. `mistake` is true where GoogleSQL itself has no meaning for the text, so that BigQuery fails as
 * well; otherwise BigQuery would answer, and the form is not on the list of what is proven equal here.
 */
export class GoogleSqlError extends Error {
  readonly refusals: readonly Refusal[];
  readonly mistake: boolean;
  constructor(refusals: readonly Refusal[], mistake: boolean) {
    super(refusals.map(({ construct, message, wayOut }) => `${construct}: ${message}; ${wayOut}`).join("\n"));
    this.name = "GoogleSqlError";
    this.refusals = refusals;
    this.mistake = mistake;
  }
}

/** A form that is not on the list. */
export function refused(
  construct: string,
  offset: number,
  wayOut = "rewrite it with a form that `runner doctor` lists",
): GoogleSqlError {
  const message = "is not proven equal between BigQuery and DuckDB";
  return new GoogleSqlError([{ construct, offset, message, wayOut }], false);
}

/** A text that is an error in GoogleSQL. */
export function mistaken(
  construct: string,
  offset: number,
  message: string,
  wayOut = "BigQuery fails here as well",
): GoogleSqlError {
  return new GoogleSqlError([{ construct, offset, message, wayOut }], true);
}

/** What a form means depends on a type that nobody gave. */
export function unknownType(construct: string, offset: number): GoogleSqlError {
  const message = "depends on the type of a column that is not known here";
  return new GoogleSqlError([{ construct, offset, message, wayOut: "declare the column's type, or cast it" }], false);
}

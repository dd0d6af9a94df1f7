import { z } from "zod";

/* Settings that several kinds of files share. */

export const text = z.string().min(1, "expected text");

export const names = z.array(text);

export const oneOrMore = z
  .union([text, names.min(1, "expected at least one name")])
  .transform((value) => (typeof value === "string" ? [value] : value));

/** Columns and tables are named alike in every engine without quoting. */
export const columnName = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]{0,62}$/, "expected letters, digits and _, no digit first, at most 63");

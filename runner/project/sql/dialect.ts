import type { Expr } from "./query.ts";

/** What the rules must know of a dialect. Names of functions and types are in small letters. */
export type Dialect = {
  /** What is wrong with calling this function; undefined where nothing is. */
  refused(call: { name: string; args: Expr[]; isOrdered: boolean }): { message: string; expected: string } | undefined;
  /** Table functions that read no table. */
  isTableFunction(name: string): boolean;
  isFloat(type: string): boolean;
  isNumeric(type: string): boolean;
  isInteger(type: string): boolean;
  /** True where dividing two integers gives a float. */
  dividesToFloat: boolean;
  /** Functions that give a float whatever they are given. */
  floatFunctions: ReadonlySet<string>;
  /** Names that a table has without declaring them and that say where or when a row was stored. */
  systemColumns: ReadonlySet<string>;
};

/** A relation of the project as it stands in the SQL that is checked: a table in the schema `marker`, named by its node. */
export const marker = { read: "{read}", self: "{this}" };

import type { Place } from "../errors.ts";
import type { LoadedColumn } from "./source.ts";

/**
 * Small data kept in the project: `seeds/<name>.yaml` declares it, `seeds/<name>.csv` or `seeds/<name>/*.yaml` holds it.
 * In YAML files `rows` names a list; each entry makes one row, and `from` of a column is a path such as `name` (of the file)
 * or `asns.asn` (of the entry).
 */
export type Seed = {
  name: string;
  file: string;
  description: string | undefined;
  tags: string[];
  columns: (LoadedColumn & { from: string | undefined })[];
  grain: string[];
  /** Files that hold the data, relative to the project folder, sorted. */
  dataFiles: string[];
  /** Typed values in the order of `columns`, as canonical text; null where the field is empty and the type is not string. */
  rows: (string | null)[][];
  place: Place;
};

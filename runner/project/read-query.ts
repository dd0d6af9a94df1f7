import type { Mistake } from "../errors.ts";
import { splitComment } from "./comment.ts";
import type { Facts } from "./facts.ts";
import { gateSettings, sqlTestSettings } from "./header.ts";
import type { Gate, Query, SqlTest } from "./model.ts";
import type { Partials } from "./partials.ts";
import { nameMistakes, nameOf, referencesIn } from "./read-model.ts";
import { anyRow } from "./read-tests.ts";
import { readSettings } from "./settings.ts";
import { readTemplate } from "./template.ts";

export type ReadQuery<T> = { query: T | undefined; mistakes: Mistake[]; partials: string[]; places: Facts["places"] };

/** Reads one file of `test/sql/`: a SELECT of the failing rows. */
export function readSqlTest(file: string, text: string, partials: Record<Query["side"], Partials>): ReadQuery<SqlTest> {
  return readQuery(file, text, {
    partials,
    schema: sqlTestSettings,
    finish: (query, settings) => ({
      ...query,
      forEach: settings.for_each,
      severity: settings.severity ?? "error",
      warnIf: settings.warn_if ?? anyRow,
      errorIf: settings.error_if ?? anyRow,
    }),
  });
}

/** Reads one file of `test/gates/`: a SELECT of (key, value). Limits that name a var hold its name until limits.ts fills them. */
export function readGate(file: string, text: string, partials: Record<Query["side"], Partials>): ReadQuery<Gate> {
  return readQuery(file, text, {
    partials,
    schema: gateSettings,
    finish: (query, settings) => ({
      ...query,
      min: settings.min as number | undefined,
      max: settings.max as number | undefined,
      maxChangePercent: settings.max_change_percent as number | undefined,
      maxKeysLost: settings.max_keys_lost as number | undefined,
    }),
  });
}

type Common = { description?: string | undefined; engine?: Query["side"] | undefined };
type Kind<S extends Common, T> = {
  partials: Record<Query["side"], Partials>;
  schema: Parameters<typeof readSettings<S>>[0];
  finish: (query: Query, settings: S) => T;
};

function readQuery<S extends Common, T>(
  file: string,
  text: string,
  { partials, schema, finish }: Kind<S, T>,
): ReadQuery<T> {
  const parts = splitComment(file, text);
  if ("message" in parts) return { query: undefined, mistakes: [parts], partials: [], places: {} };
  const settings = readSettings(schema, parts.yaml, { lines: parts.lines, offset: parts.yamlOffset });
  const side = settings.value?.engine ?? "warehouse";
  const template = readTemplate(parts.body, {
    start: parts.lines.place(parts.bodyOffset),
    partials: partials[side],
  });
  const mistakes = [...settings.mistakes, ...template.mistakes, ...nameMistakes(file)];
  if (!settings.value) return { query: undefined, mistakes, partials: template.partials, places: {} };
  const query: Query = {
    name: nameOf(file),
    file,
    side,
    description: settings.value.description,
    pieces: template.pieces,
    ...referencesIn(template.pieces),
  };
  const places = Object.fromEntries(
    Object.keys(settings.value).map((setting) => [setting, settings.placeOf([setting])]),
  );
  return { query: finish(query, settings.value), mistakes, partials: template.partials, places };
}

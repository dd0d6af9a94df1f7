import type { Mistake, Place } from "../errors.ts";
import { textOfVar } from "./literal.ts";
import type { Gate, Model } from "./model.ts";
import { nearestTo } from "./nearest.ts";
import { shown } from "./shown.ts";

type Vars = Readonly<Record<string, unknown>>;
type Places = Readonly<Record<string, Place>>;

/** Puts the values of vars where a model's settings name them (`min_group: "min_group"`). What a cache holds has the names. */
export function withLimits(model: Model, vars: Vars, places: Places = {}): { model: Model; mistakes: Mistake[] } {
  if (!model.columns.some(({ pii }) => pii.kind === "aggregate" && typeof pii.minGroup !== "number"))
    return { model, mistakes: [] };
  const mistakes: Mistake[] = [];
  const columns = model.columns.map((column) => {
    if (column.pii.kind !== "aggregate") return column;
    const place = places[`columns.${column.name}.pii`] ?? column.place;
    const minGroup = numberOf("min_group", column.pii.minGroup, { vars, place, mistakes }) ?? 0;
    if (minGroup < 1 && mistakes.length === 0)
      mistakes.push({ place, message: `min_group is ${minGroup}`, expected: "expected a number from 1" });
    return { ...column, pii: { ...column.pii, minGroup } };
  });
  return { model: { ...model, columns }, mistakes };
}

export function withGateLimits(gate: Gate, vars: Vars, places: Places = {}): { gate: Gate; mistakes: Mistake[] } {
  const mistakes: Mistake[] = [];
  const fill = (setting: string, limit: number | undefined) =>
    numberOf(setting, limit, { vars, place: places[setting] ?? { file: gate.file, line: 1, column: 1 }, mistakes });
  const filled = {
    ...gate,
    min: fill("min", gate.min),
    max: fill("max", gate.max),
    maxChangePercent: fill("max_change_percent", gate.maxChangePercent),
    maxKeysLost: fill("max_keys_lost", gate.maxKeysLost),
  };
  return { gate: filled, mistakes };
}

type Given = { vars: Vars; place: Place; mistakes: Mistake[] };

function numberOf(
  setting: string,
  limit: number | string | undefined,
  { vars, place, mistakes }: Given,
): number | undefined {
  if (limit === undefined || typeof limit === "number") return limit;
  const text = Object.hasOwn(vars, limit) ? textOfVar(vars[limit]) : undefined;
  const number = text === undefined || text.trim() === "" ? Number.NaN : Number(text);
  if (Number.isFinite(number)) return number;
  if (!Object.hasOwn(vars, limit))
    mistakes.push({
      place,
      message: `unknown var "${limit}" in ${setting}`,
      expected: nearestTo(limit, Object.keys(vars), "vars"),
    });
  else
    mistakes.push({
      place,
      message: `var "${limit}" in ${setting} is ${shown(vars[limit])}`,
      expected: "expected a number",
    });
  return undefined;
}

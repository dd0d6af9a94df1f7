import type { Engine, Relation } from "../engines/engine.ts";
import type { Gate } from "../project/model.ts";

/** What a gate found: the sentences say key, value, limit and what is live. No sentence: it lets the release through. */
export type GateResult = { name: string; objections: string[] };

type Values = Map<string, number | null>;

/** Holds the values of the candidate against the limits, and against what is live where something is. */
export function judge(gate: Gate, candidate: Values, live: Values | undefined): string[] {
  const objections: string[] = [];
  for (const [key, value] of candidate) {
    if (value === null) {
      objections.push(`${key} has no value`);
      continue;
    }
    if (gate.min !== undefined && value < gate.min)
      objections.push(`${key} is ${value}, at least ${gate.min} is asked for`);
    if (gate.max !== undefined && value > gate.max)
      objections.push(`${key} is ${value}, at most ${gate.max} is allowed`);
    const before = live?.get(key);
    if (gate.maxChangePercent === undefined || before === undefined || before === null) continue;
    const change =
      before === 0 ? (value === 0 ? 0 : Number.POSITIVE_INFINITY) : (Math.abs(value - before) / Math.abs(before)) * 100;
    if (change > gate.maxChangePercent)
      objections.push(
        `${key} goes from ${before} to ${value}, a change of ${rounded(change)} %, at most ${gate.maxChangePercent} % is allowed`,
      );
  }
  if (candidate.size === 0 && gate.min !== undefined) objections.push("it returned no row");
  const lost = [...(live?.keys() ?? [])].filter((key) => !candidate.has(key));
  if (gate.maxKeysLost !== undefined && lost.length > gate.maxKeysLost)
    objections.push(
      `${lost.length} lost (${lost.slice(0, 5).join(", ")}${lost.length > 5 ? ", ..." : ""}), at most ${gate.maxKeysLost} may be`,
    );
  return objections;
}

/** Runs a gate's query; its first column is the key, its second the value. */
export async function gateValues(engine: Engine, query: string, signal: AbortSignal): Promise<Values> {
  const { rows } = await engine.rows(query, { signal });
  return new Map(
    rows.map(([key, value]) => [key ?? "null", value === null || value === undefined ? null : Number(value)]),
  );
}

/** The gate that holds without being said: a published model has rows. */
export async function emptyTables(
  engine: Engine,
  views: readonly { name: string; relation: Relation }[],
  signal: AbortSignal,
): Promise<string[]> {
  const found = await engine.countRows(
    views.map(({ relation }) => `select 1 as one from ${engine.quoted(relation)} limit 1`),
    { signal },
  );
  return views.filter((_, index) => found[index] === 0n).map(({ name }) => name);
}

function rounded(percent: number): string {
  return Number.isFinite(percent) ? percent.toFixed(1) : "infinitely many";
}

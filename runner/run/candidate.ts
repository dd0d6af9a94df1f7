import { InterruptedError } from "../errors.ts";
import { type Nodes, referredId } from "../plan/node.ts";
import type { Gate } from "../project/model.ts";
import type { Release } from "../records/records.ts";
import { emptyTables, type GateResult, gateValues, judge } from "./gates.ts";
import { now, type OnEvent } from "./events.ts";
import { type Step, swapTo } from "./promote.ts";
import type { Session } from "./session.ts";
import { renderQuery, type Where } from "./sql.ts";

/** A gate that a person lets through, once, with the reason that the release records. */
export type Accepted = { gate: string; reason: string };

/** The gate that holds without being said: every published model has rows. */
export const rowsGate = "rows";

/** Why a good build is not live: `kept` is as asked (exit 0), `refused` is not (exit 1). */
export type Promotion =
  | { kind: "promoted"; release: number }
  | { kind: "kept"; release: number; because: string }
  | { kind: "refused"; because: string; gates: GateResult[] }
  /** Only tests ran: the live release has these tables already. */
  | { kind: "unchanged"; release: number }
  | { kind: "none" };

/**
 * Makes a built and tested candidate the live release, if its gates, the hold after a rollback and the person let it. `endHold`:
 * a person said `promote`, which ends the hold.
 */
export async function promoteCandidate(
  session: Session,
  candidate: Release,
  options: { nodes: Nodes; accepted: readonly Accepted[]; promote: boolean; endHold: boolean },
  { onEvent, signal, step }: { onEvent: OnEvent; signal: AbortSignal; step: Step },
): Promise<Promotion> {
  const { project, dataset, warehouse, records } = session;
  onEvent({ kind: "stage", at: now(), name: "gates" });
  const gates = await gateResults(session, { candidate, nodes: options.nodes, signal });
  const accepted = new Map(options.accepted.map(({ gate, reason }) => [gate, reason]));
  const objecting = gates.filter(({ name }) => !accepted.has(name));
  if (objecting.length > 0) return { kind: "refused", because: "a gate objects", gates: objecting };
  if (!options.promote)
    return {
      kind: "kept",
      release: candidate.number,
      because: "NO_PROMOTE or --no-promote was said; `runner promote` releases it",
    };
  const hold = await records.hold();
  if (hold !== undefined && !options.endHold) {
    const because = `builds are held back since the dataset was ${hold}; \`runner promote\` releases this one and ends the hold`;
    return { kind: "kept", release: candidate.number, because };
  }
  if (signal.aborted) throw new InterruptedError("interrupted", { cause: signal.reason });
  const notes = gates.map(({ name }) => `accepted gate ${name}: ${accepted.get(name)}`);
  if (notes.length > 0) await records.addNotes(candidate, notes);
  onEvent({ kind: "stage", at: now(), name: "promote" });
  await swapTo(candidate, { action: "promote", hold: undefined, project, dataset, warehouse, records, step });
  await records.finishBuild(candidate.build, "promoted");
  return { kind: "promoted", release: candidate.number };
}

/** Runs every gate on the candidate, and on the live release where there is one; answers those that object. */
export async function gateResults(
  session: Session,
  { candidate, nodes, signal }: { candidate: Pick<Release, "tables" | "views">; nodes: Nodes; signal: AbortSignal },
): Promise<GateResult[]> {
  const { warehouse, project, live } = session;
  const views = Object.entries(candidate.views).map(([name, node]) => ({
    name,
    relation: candidate.tables[node]!.relation,
  }));
  const empty = await emptyTables(warehouse, views, signal);
  const results: GateResult[] = [{ name: rowsGate, objections: empty.map((name) => `${name} has no row`) }];
  const isIn = (gate: Gate, tables: Release["tables"]) =>
    gate.reads.every((name) => tables[referredId(project, name, gate.side)] !== undefined);
  for (const gate of project.gates.values()) {
    if (!isIn(gate, candidate.tables)) continue; // a first partial build may not have what it is about
    const now = await gateValues(warehouse, render(gate, candidate.tables), signal);
    const before =
      live && isIn(gate, live.tables) && (await stands(gate, live.tables))
        ? await gateValues(warehouse, render(gate, live.tables), signal)
        : undefined;
    results.push({ name: gate.name, objections: judge(gate, now, before) });
  }
  return results.filter(({ objections }) => objections.length > 0);

  /** A live table that somebody dropped has nothing left to compare with; it is built again, and the absolute limits hold. */
  async function stands(gate: Gate, tables: Release["tables"]): Promise<boolean> {
    const read = gate.reads.map((name) => tables[referredId(project, name, gate.side)]!.relation);
    const present = await warehouse.relations([...new Set(read.map(({ dataset }) => dataset))]);
    return read.every(({ dataset, name }) =>
      present.some((relation) => relation.dataset === dataset && relation.name === name),
    );
  }

  function render(gate: Gate, tables: Release["tables"]): string {
    return renderQuery(gate, { project, engine: warehouse, where: whereIn(tables, nodes) }).sql;
  }
}

/** Where the tables of a release stand. */
export function whereIn(tables: Release["tables"], nodes: Nodes): Where {
  return (id) => {
    const node = nodes.get(id);
    if (node?.kind === "external") return { dataset: node.dataset, name: node.table };
    return tables[id]!.relation;
  };
}

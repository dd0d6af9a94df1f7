import { parserHash } from "../inputs/parser-hash.ts";
import { fingerprintOf } from "../plan/fingerprint.ts";
import type { Nodes } from "../plan/node.ts";
import type { Project } from "../project/project.ts";
import { type Selection, type StateAnswers, select } from "../project/select.ts";
import type { Release } from "../records/records.ts";

/** What a person asked for; both empty means everything. */
export type Wish = { select: string[]; exclude: string[] };

/** Ids of nodes, and names of tests. */
export type Wanted = { ids: Set<string>; tests: Set<string>; whole: boolean };

/** What the wish means in this project, against the live release where it says `state:`. */
export async function wantedBy(
  project: Project,
  wish: Wish,
  { nodes, live }: { nodes: Nodes; live: Release | undefined },
): Promise<Wanted> {
  const selection = select(project, { ...wish, state: await stateAnswers(project, { nodes, live }) });
  const whole = wish.select.length === 0 && wish.exclude.length === 0;
  return { ids: whole ? new Set(nodes.keys()) : idsOf(selection, nodes), tests: selection.tests, whole };
}

function idsOf(selection: Selection, nodes: Nodes): Set<string> {
  const ids = [...nodes.values()].filter((node) => {
    switch (node.kind) {
      case "load":
        return selection.sources.has(`${node.source.name}.${node.sourceTable.name}`);
      case "seed":
        return selection.nodes.has(node.seed.name);
      case "model":
      case "copy":
      case "external":
        return selection.nodes.has(node.model.name);
      default:
        return node satisfies never;
    }
  });
  return new Set(ids.map(({ id }) => id));
}

/**
 * `modified` compares code and parser with the live release, of a seed also its rows, which are text of the project like SQL is.
 * Without a live release everything is new, and what is new is modified.
 */
async function stateAnswers(
  project: Project,
  { nodes, live }: { nodes: Nodes; live: Release | undefined },
): Promise<() => StateAnswers> {
  const parsers = new Map<string, string>();
  for (const source of project.sources.values())
    parsers.set(source.name, await parserHash(project.config.projectDir, source));
  return () => {
    const modified = new Set<string>();
    const fresh = new Set<string>();
    for (const node of nodes.values()) {
      const name =
        node.kind === "load"
          ? `${node.source.name}.${node.sourceTable.name}`
          : node.kind === "seed"
            ? node.seed.name
            : node.model.name;
      if (node.kind === "copy") continue;
      const before = live?.tables[node.id];
      if (!before) fresh.add(name);
      const nothingUpstream = new Map(
        node.reads.map((id) => [id, { code: "", parser: "", inputs: "", upstream: "", all: "" }]),
      );
      const after = fingerprintOf(node, {
        upstream: nothingUpstream,
        parserHash: (source) => parsers.get(source)!,
        inputsHash: () => "",
        vars: {},
      });
      const same = before && before.fingerprint.code === after.code && before.fingerprint.parser === after.parser;
      if (!same || (node.kind === "seed" && before.fingerprint.inputs !== after.inputs)) modified.add(name);
    }
    return { modified, fresh };
  };
}

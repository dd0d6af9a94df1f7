import picomatch from "picomatch";
import { NotStartedError } from "../errors.ts";
import { type Graph, graph, readsOf } from "./graph.ts";
import { nearestTo } from "./nearest.ts";
import type { Project } from "./project.ts";

/** What `state:` compares with: names of models and seeds. `modified` includes `new`. `git` answers `git:<revision>`. */
export type StateAnswers = {
  modified: ReadonlySet<string>;
  fresh: ReadonlySet<string>;
  git?: (revision: string) => ReadonlySet<string>;
};

/**
 * Nodes in build order, and the tests that go with them: `nodes` are models and seeds, `sources` are `source.table`, `tests` are
 * the names of generic and singular tests, `unitTests` are `model/case`. A test goes with any table that it reads.
 */
export type Selection = { nodes: Set<string>; sources: Set<string>; tests: Set<string>; unitTests: Set<string> };

type Wish = { select?: readonly string[]; exclude?: readonly string[]; state?: () => StateAnswers };

const methods = ["name", "tag", "path", "source", "engine", "state", "git"] as const;
type Method = (typeof methods)[number];

/**
 * dbt's grammar: `name`, `+name`, `2+name+1`, `@name`, globs, `tag:`, `path:`, `source:name.table`, `engine:`, `state:modified`,
 * `state:new`. Values, separated by blanks or given one by one, are a union; a comma is an intersection. Nothing selected means
 * everything. A value that matches nothing throws NotStartedError with the nearest name; only `state:` and `git:` may match nothing.
 */
export function select(project: Project, { select = [], exclude = [], state }: Wish = {}): Selection {
  const whole = graph(project);
  const tests = testsOf(project);
  const wanted = select.length > 0 ? union(select) : new Set([...whole.nodes.keys(), ...tests.keys()]);
  const unwanted = union(exclude);
  const isIn = (name: string) => wanted.has(name) && !unwanted.has(name);
  const nodes = [...whole.nodes.values()].filter(({ name }) => isIn(name));
  const chosen = new Set(nodes.map(({ name }) => name));
  return {
    nodes: new Set(nodes.filter(({ kind }) => kind !== "source").map(({ name }) => name)),
    sources: new Set(nodes.filter(({ kind }) => kind === "source").map(({ name }) => name)),
    tests: new Set(
      [...tests]
        .filter(([name, reads]) => !unwanted.has(name) && (wanted.has(name) || reads.some((read) => chosen.has(read))))
        .map(([name]) => name),
    ),
    unitTests: new Set([...project.unitTests.values()].filter((test) => isIn(test.model)).map(({ name }) => name)),
  };

  function union(values: readonly string[]): Set<string> {
    return new Set(
      values.flatMap((value) => value.split(/\s+/).filter(Boolean)).flatMap((value) => [...intersection(value)]),
    );
  }

  function intersection(value: string): Set<string> {
    const parts = value.split(",").filter(Boolean);
    const sets = parts.map((part) => matched(part, { project, whole, tests, state }));
    const [first = new Set<string>(), ...rest] = sets;
    const common = new Set([...first].filter((name) => rest.every((set) => set.has(name))));
    if (common.size === 0 && !parts.some((part) => /(^|[@+])(state|git):/.test(part)))
      throw new NotStartedError(`"${value}" matches nothing; each of its parts does, but no model is in all of them`);
    return common;
  }
}

type World = { project: Project; whole: Graph; tests: Map<string, string[]>; state: (() => StateAnswers) | undefined };

/** Everything that one value means, with the ancestors and descendants it asks for. */
function matched(value: string, world: World): Set<string> {
  const [, at, up, what = "", down] = /^(@)?(?:(\d*)\+)?(.*?)(?:\+(\d*))?$/.exec(value)!;
  if (what === "" || (at !== undefined && (up !== undefined || down !== undefined)))
    throw new NotStartedError(`"${value}" is no selector; expected such as +name, name+1, @name, tag:name`);
  const colon = /^([a-z_]+):(.*)$/s.exec(what);
  const method = (colon?.[1] ?? (what.includes("/") ? "path" : "name")) as Method;
  if (!methods.includes(method))
    throw new NotStartedError(`unknown method "${method}" in "${value}"; ${nearestTo(method, methods)}`);
  const found = match(method, colon?.[2] ?? what, world);
  if (found.names.length === 0 && method !== "state" && method !== "git")
    throw new NotStartedError(`"${value}" matches nothing; ${nearestTo(colon?.[2] ?? what, found.known, found.kinds)}`);
  const { parents, children } = world.whole;
  const names = new Set(found.names);
  if (at !== undefined) {
    const below = reached(names, children, Number.POSITIVE_INFINITY);
    return reached(below, parents, Number.POSITIVE_INFINITY);
  }
  const above = up === undefined ? names : reached(names, parents, up === "" ? Number.POSITIVE_INFINITY : Number(up));
  const below =
    down === undefined ? names : reached(names, children, down === "" ? Number.POSITIVE_INFINITY : Number(down));
  return new Set([...above, ...below]);
}

type Found = { names: string[]; known: string[]; kinds: string };

function match(method: Method, value: string, { project, whole, tests, state }: World): Found {
  const nodes = [...whole.nodes.values()];
  const inner = nodes.filter(({ kind }) => kind !== "source");
  switch (method) {
    case "name": {
      const known = [...inner.map(({ name }) => name), ...tests.keys()];
      return { names: known.filter(globbed(value)), known, kinds: "models" };
    }
    case "tag": {
      const tagsOf = (node: (typeof nodes)[number]) =>
        node.kind === "model" ? node.model.tags : node.kind === "seed" ? node.seed.tags : node.source.tags;
      return {
        names: nodes.filter((node) => tagsOf(node).some(globbed(value))).map(({ name }) => name),
        known: [...new Set(nodes.flatMap(tagsOf))],
        kinds: "tags",
      };
    }
    case "path": {
      const path = value.replace(/^\.\//, "").replace(/\/+$/, "");
      const isWithin = globbed(path);
      const fileOf = (node: (typeof nodes)[number]) =>
        node.kind === "model" ? node.model.file : node.kind === "seed" ? node.seed.file : node.source.file;
      const isIn = (file: string) => file === path || file.startsWith(`${path}/`) || isWithin(file);
      const sqlTests = [...project.sqlTests.values()].filter(({ file }) => isIn(file));
      const files = nodes.map(fileOf);
      const folders = files.flatMap((file) =>
        file.split("/").map((_, index, parts) => parts.slice(0, index + 1).join("/")),
      );
      return {
        names: [...nodes.filter((node) => isIn(fileOf(node))), ...sqlTests].map(({ name }) => name),
        known: [...new Set(folders)],
        kinds: "files",
      };
    }
    case "source": {
      const [source = "", table] = value.split(".");
      const [isSource, isTable] = [globbed(source), globbed(table ?? "*")];
      const sources = nodes.filter((node) => node.kind === "source");
      const names = sources
        .filter((node) => isSource(node.source.name) && isTable(node.table.name))
        .map(({ name }) => name);
      return {
        names,
        known: table === undefined ? [...project.sources.keys()] : sources.map(({ name }) => name),
        kinds: "sources",
      };
    }
    case "engine": {
      if (value !== "postgres" && value !== "warehouse")
        throw new NotStartedError(`unknown engine "${value}"; expected postgres or warehouse`);
      return {
        names: inner.filter((node) => node.kind === "model" && node.model.side === value).map(({ name }) => name),
        known: [],
        kinds: "models",
      };
    }
    case "state": {
      if (value !== "modified" && value !== "new")
        throw new NotStartedError(`unknown state "${value}"; ${nearestTo(value, ["modified", "new"])}`);
      if (!state) throw new NotStartedError(`"state:${value}" compares with the live release, which is not known here`);
      const names = value === "new" ? state().fresh : state().modified;
      return { names: [...names].filter((name) => whole.nodes.has(name)), known: [], kinds: "models" };
    }
    case "git": {
      const answer = state?.().git;
      if (!answer) throw new NotStartedError(`"git:${value}" compares with a revision, which is not known here`);
      return { names: [...answer(value)].filter((name) => whole.nodes.has(name)), known: [], kinds: "models" };
    }
    default:
      return method satisfies never;
  }
}

function globbed(value: string): (text: string) => boolean {
  if (!/[*?[\]]/.test(value)) return (text) => text === value;
  const matches = picomatch(value);
  return (text) => matches(text);
}

/** `names` and what lies at most `steps` edges away. */
function reached(names: ReadonlySet<string>, edges: ReadonlyMap<string, string[]>, steps: number): Set<string> {
  const found = new Set(names);
  let border = [...names];
  for (let step = 0; step < steps && border.length > 0; step += 1) {
    border = [...new Set(border.flatMap((name) => edges.get(name) ?? []))].filter((name) => !found.has(name));
    for (const name of border) found.add(name);
  }
  return found;
}

/** Every test by name, with the nodes it reads. */
function testsOf(project: Project): Map<string, string[]> {
  const generic = [...project.models.values()].flatMap((model) =>
    model.tests.map((test) => [test.name, test.to ? [model.name, test.to.model] : [model.name]] as const),
  );
  const singular = [...project.sqlTests.values()].map((test) => [test.name, readsOf(test)] as const);
  return new Map([...generic, ...singular].map(([name, reads]) => [name, [...reads]]));
}

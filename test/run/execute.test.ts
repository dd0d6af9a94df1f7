import { expect, test } from "vitest";
import { InterruptedError } from "../../runner/errors.ts";
import type { Event, Label, Outcome } from "../../runner/run/events.ts";
import { execute, type Task } from "../../runner/run/execute.ts";

const label = (id: string, kind: Label["kind"] = "model"): Label => ({ id, kind, text: id });
const ok = (of: Label): Outcome => ({ status: "ok", label: of, rowCount: undefined, elapsedMs: 0 });

function model(id: string, after: string[] = [], run: Task["run"] = async () => [ok(label(id))]): Task {
  return { label: label(id), after, lane: "warehouse", run };
}

/** Tests that one statement answers. */
function group(id: string, names: string[], after: string[], run?: Task["run"]): Task {
  const parts = names.map((name) => label(name, "test"));
  return { label: label(id, "test"), parts, after, lane: "warehouse", run: run ?? (async () => parts.map(ok)) };
}

async function told(
  tasks: Task[],
  { threads = 4, failFast = false, before = 0, signal = new AbortController().signal } = {},
) {
  const events: Event[] = [];
  const limits = { threads, postgres: 4, warehouse: 4 };
  await execute(tasks, { limits, failFast, signal, before, onEvent: (event) => events.push(event) });
  const finished = events.filter((event) => event.kind === "finished");
  return {
    events,
    finished,
    places: finished.map(({ index, total }) => `${index} of ${total}`),
    ends: finished.map(({ outcome }) => `${outcome.label.id} ${outcome.status}`),
  };
}

test("every node and every test counts, and the count rises by one with each", async () => {
  const { places, ends } = await told([
    model("a"),
    group("tests of a", ["t1", "t2", "t3"], ["a"]),
    model("b", ["tests of a"]),
  ]);
  expect(ends).toEqual(["a ok", "t1 ok", "t2 ok", "t3 ok", "b ok"]);
  expect(places).toEqual(["1 of 5", "2 of 5", "3 of 5", "4 of 5", "5 of 5"]);
});

test("what was told before counts too", async () => {
  expect((await told([model("a"), model("b")], { before: 3 })).places).toEqual(["4 of 5", "5 of 5"]);
});

test("tests that are skipped together, or fail together, are told one by one", async () => {
  const lost = async () => Promise.reject(new Error("connection lost"));
  const { places, ends } = await told([
    model("a", [], lost),
    group("tests of a", ["t1", "t2"], ["a"]),
    group("others", ["t3", "t4"], [], lost),
  ]);
  expect(ends.sort()).toEqual(["a failed", "t1 skipped", "t2 skipped", "t3 failed", "t4 failed"]);
  expect(places).toEqual(["1 of 5", "2 of 5", "3 of 5", "4 of 5", "5 of 5"]);
});

test("an interrupt leaves nothing out of the count", async () => {
  const controller = new AbortController();
  const interrupted = async () => {
    controller.abort();
    throw new InterruptedError("interrupted");
  };
  const { places, ends } = await told(
    [group("first", ["t1", "t2"], [], interrupted), group("second", ["t3", "t4"], ["first"]), model("b")],
    { threads: 1, signal: controller.signal },
  );
  expect(ends).toEqual(["t1 skipped", "t2 skipped", "t3 skipped", "t4 skipped", "b skipped"]);
  expect(places.at(-1)).toBe("5 of 5");
});

test("a thread runs one thing at a time, and its number is the lowest that is free", async () => {
  const gates = new Map<string, () => void>();
  const waiting =
    (id: string): Task["run"] =>
    async () => {
      await new Promise<void>((resolve) => gates.set(id, resolve));
      return [ok(label(id))];
    };
  const events: Event[] = [];
  const tasks = [model("a", [], waiting("a")), model("b", [], waiting("b")), model("c", ["a"], waiting("c"))];
  const limits = { threads: 2, postgres: 4, warehouse: 4 };
  const done = execute(tasks, {
    limits,
    failFast: false,
    signal: new AbortController().signal,
    onEvent: (event) => events.push(event),
  });
  for (const id of ["a", "c", "b"]) {
    while (!gates.has(id)) await new Promise(setImmediate);
    gates.get(id)!();
  }
  await done;
  const threads = events.map((event) =>
    event.kind === "started"
      ? `${event.label.id} on ${event.thread}`
      : event.kind === "finished"
        ? `${event.outcome.label.id} off ${event.ran?.thread}`
        : "",
  );
  expect(threads).toEqual(["a on 1", "b on 2", "a off 1", "c on 1", "c off 1", "b off 2"]);
});

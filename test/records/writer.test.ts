import { expect, test } from "vitest";
import type { Records } from "../../runner/records/records.ts";
import { type Finished, openWriter } from "../../runner/records/writer.ts";

function writerInto(batches: Finished[], fail?: Error) {
  const addFinished = async (batch: Finished) => {
    await new Promise((resolve) => setTimeout(resolve, 5));
    if (fail) throw fail;
    batches.push(batch);
  };
  return openWriter({ addFinished } as unknown as Records);
}

const passed = (test: string) => ({ passed: [{ fingerprint: test, test, build: "b" }] });

test("flush ends where nothing was added, or nothing but nothing", async () => {
  const writer = writerInto([]);
  await writer.flush();
  writer.add({ passed: [] });
  await writer.flush();
});

test("what comes while a batch is written goes into the next one, and nothing is lost", async () => {
  const batches: Finished[] = [];
  const writer = writerInto(batches);
  writer.add(passed("one"));
  await new Promise((resolve) => setTimeout(resolve, 2));
  writer.add(passed("two"));
  writer.add(passed("three"));
  await writer.flush();
  expect(batches.map((batch) => batch.passed.map(({ test: name }) => name))).toEqual([["one"], ["two", "three"]]);
});

test("flush throws what a write threw", async () => {
  const writer = writerInto([], new Error("disk is full"));
  writer.add(passed("one"));
  await expect(writer.flush()).rejects.toThrow("disk is full");
});

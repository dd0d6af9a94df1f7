import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { openWorld, type World } from "../world.ts";

/** Every named step of a build and its promotion, in order; runner/run calls them. */
const steps = [
  "locked",
  "planned",
  "build-recorded",
  "before demand",
  "made demand",
  "executed",
  "built",
  "before-journal",
  "journal-written",
  "before-swap",
  "views-swapped",
  "before-commit",
  "committed",
];

const fines = (factor: number) => [14, 37, 21, 3].map((days) => (days * factor * 0.25).toFixed(9)).sort();

async function stableFines(world: World): Promise<string[]> {
  return (await world.query("select fines from library.demand")).map(([value]) => value!).sort();
}

async function setFactor(world: World, factor: number): Promise<void> {
  await world.edit(
    "models/bigquery/demand.sql",
    /(\d+ \* )?cast\(days as numeric\)/,
    `${factor} * cast(days as numeric)`,
  );
}

test.each(steps)(
  "kill -9 at step %s: the stable dataset is one whole release, and the next build ends well",
  async (step) => {
    await using world = await openWorld();
    expect((await world.run(["build"])).code).toBe(0);
    await setFactor(world, 2);
    const killed = await world.run(["build"], { env: { RUNNER_TEST_KILL_AT: step } });
    expect(killed.signal).toBe("SIGKILL");
    expect([fines(1), fines(2)]).toContainEqual(await stableFines(world));
    const next = await world.run(["build"]);
    expect(next.code, next.all).toBe(0);
    expect(next.all).toContain("took over the lock");
    expect(await stableFines(world)).toEqual(fines(2));
  },
);

test("kill -9 between journal and swap: a reading command reports it and changes nothing, the next that takes the lock finishes it", async () => {
  await using world = await openWorld();
  await world.run(["build"]);
  await setFactor(world, 2);
  await world.run(["build"], { env: { RUNNER_TEST_KILL_AT: "before-swap" } });
  const read = await world.run(["releases"]);
  expect(read.stderr).toContain("the promote of release 2 was killed on the way");
  expect(await stableFines(world)).toEqual(fines(1));
  const next = await world.run(["gc", "--dry-run"]);
  expect(next.all).toContain("finished the promote of release 2");
  expect(await stableFines(world)).toEqual(fines(2));
});

test("kill -9 at 100 random moments: always one whole release, and every build after it ends well", async () => {
  const seed = Number(process.env.FAULT_SEED ?? Date.now() % 100_000);
  console.log(`random moments from seed ${seed}; repeat with FAULT_SEED=${seed}`);
  const random = generator(seed);
  await using world = await openWorld();
  const beganAt = performance.now();
  await world.run(["build"]);
  const whole = performance.now() - beganAt;
  let live = 1; // the factor of the release that was seen last; it never goes back
  for (let round = 1; round <= 100; round += 1) {
    await setFactor(world, round + 1);
    const child = world.start(["build"]);
    await sleep(random() * whole);
    child.kill("SIGKILL");
    await child;
    const after = JSON.stringify(await stableFines(world));
    const factors = Array.from({ length: round + 2 - live }, (_, index) => live + index);
    const found = factors.find((factor) => JSON.stringify(fines(factor)) === after);
    expect(found, `round ${round}: ${after} is no whole release`).toBeDefined();
    live = found!;
    if (round % 4 > 0) continue; // most rounds go from one killed build into the next
    const next = await world.run(["build"], { env: { RUNNER_DEBUG: "true" } });
    expect(next.code, `round ${round}: ${next.all}`).toBe(0);
    expect(await stableFines(world)).toEqual(fines(round + 1));
  }
}, 900_000);

/** Mulberry32: small, seeded, good enough to choose moments. */
function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

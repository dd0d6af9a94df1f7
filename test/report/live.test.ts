import { execa } from "execa";
import { describe, expect, test } from "vitest";
import { openBlock } from "../../runner/report/block.ts";
import { plain } from "../../runner/report/colours.ts";
import { openLive } from "../../runner/report/live.ts";
import type { Label } from "../../runner/run/events.ts";
import { openScreen, runInTerminal } from "./screen.ts";

const node = process.execPath;
const play = new URL("./play.ts", import.meta.url).pathname;
const label = (name: string): Label => ({ id: name, kind: "model", text: `sql table model ${name}` });
const startedAt = Date.UTC(2026, 0, 31);
const at = new Date(startedAt).toISOString();

describe("lines that are drawn again in place", () => {
  test("come and go anywhere among the others", async () => {
    const screen = openScreen({ columns: 20, rows: 8 });
    const block = openBlock(screen);
    for (const lines of [
      ["a", "b", "c"],
      ["a", "c"],
      ["a", "b", "new", "c"],
      ["new", "c"],
    ]) {
      block.draw(lines);
      expect(await screen.text()).toBe(lines.join("\n"));
    }
    block.draw([]);
    expect(await screen.text()).toBe("");
  });

  test("stay below what is written above them, also when the screen scrolls", async () => {
    const screen = openScreen({ columns: 20, rows: 4 });
    const block = openBlock(screen);
    for (let count = 1; count <= 10; count += 1) block.draw([`running ${count}`, "bar"], `line ${count}\n`);
    expect(await screen.text()).toBe(
      [...Array.from({ length: 10 }, (_, index) => `line ${index + 1}`), "running 10", "bar"].join("\n"),
    );
  });

  test("are cut to the width, where letters may be two columns wide", async () => {
    const screen = openScreen({ columns: 10, rows: 5 });
    openBlock(screen).draw(["日本日本日本日本", "0123456789"]);
    expect(await screen.text()).toBe("日本日本…\n01234567…");
  });

  test("leave nothing behind when the terminal becomes narrower or wider", async () => {
    const screen = openScreen({ columns: 60, rows: 12 });
    const block = openBlock(screen);
    const lines = ["x".repeat(55), "y".repeat(30), "bar"];
    screen.on("resize", () => block.draw([...lines, "again"]));
    block.draw(lines, "above\n");
    await screen.resize(25, 12);
    expect(await screen.text()).toBe(`above\n${"x".repeat(23)}…\n${"y".repeat(23)}…\nbar\nagain`);
    await screen.resize(80, 12);
    block.draw(["last"]);
    expect(await screen.text()).toBe("above\nlast");
  });

  test("are not more than the terminal has rows", async () => {
    const screen = openScreen({ columns: 20, rows: 5 });
    const block = openBlock(screen);
    for (let count = 0; count < 3; count += 1)
      block.draw(Array.from({ length: 9 }, (_, index) => `${index} of ${count}`));
    expect(await screen.text()).toBe("6 of 2\n7 of 2\n8 of 2");
  });
});

describe("the view of a running build", () => {
  test("has a line for each running node and a bar below them", async () => {
    const screen = openScreen({ columns: 70, rows: 10 });
    let now = startedAt;
    using live = openLive(screen, { colours: plain, isUtf8: true, now: () => now });
    live.onEvent({ kind: "started", at, label: label("one"), thread: 1, total: 4 });
    live.onEvent({ kind: "started", at, label: label("two"), thread: 2, total: 4 });
    live.onEvent({ kind: "started", at, label: label("three"), thread: 3, total: 4 });
    now += 72_000;
    const outcome = { status: "failed" as const, label: label("two"), message: "", elapsedMs: 1, sample: undefined };
    live.onEvent({ kind: "finished", at, outcome, index: 1, total: 4, ran: { startedAt: at, thread: 2 } });
    live.above("it ended");
    expect(await screen.text()).toBe(
      [
        "it ended",
        "1m 12s  sql table model one",
        "1m 12s  sql table model three",
        "  ━━━━━━━──────────────────────  1 of 4, 2 running, 1 failed, 1m 12s",
      ].join("\n"),
    );
  });

  test("shows no more nodes than there is room for, and how many there are", async () => {
    const screen = openScreen({ columns: 60, rows: 8 });
    using live = openLive(screen, { colours: plain, isUtf8: false, now: () => startedAt });
    for (let thread = 1; thread <= 9; thread += 1)
      live.onEvent({ kind: "started", at, label: label(`m${thread}`), thread, total: 20 });
    expect(await screen.text()).toBe(
      [
        "    0s  sql table model m1",
        "    0s  sql table model m2",
        "    0s  sql table model m3",
        "        and 6 more",
        `  ${".".repeat(32)}  0 of 20, 9 running, 0s`,
      ].join("\n"),
    );
  });

  test("leaves the screen as it was when it is closed", async () => {
    const screen = openScreen({ columns: 60, rows: 8 });
    screen.write("$ runner build\n");
    {
      using live = openLive(screen, { colours: plain, isUtf8: true });
      live.onEvent({ kind: "started", at, label: label("one"), thread: 1, total: 1 });
    }
    expect(await screen.text()).toBe("$ runner build");
  });
});

/** Clock times differ from run to run. */
const steady = (text: string) => text.replace(/^(\d{4}-\d\d-\d\d )?\d\d:\d\d:\d\d/gm, "hh:mm:ss");

describe("in a real terminal", () => {
  const log = [
    "hh:mm:ss UTC  build shop_20260131 on sample: 3 to build, 0 reused, 0 tests",
    "hh:mm:ss  1 of 3 OK created sql table model one .......................... [3 rows in 1.42s]",
    "a result in between",
  ];

  test("finished lines and results are all that is left, and the cursor waits below them", async () => {
    const { screen, output, code } = await runInTerminal(`${node} ${play} end`, { columns: 100 });
    expect(output).toContain("2 running");
    expect(steady(await screen.text())).toBe(
      [
        ...log,
        "hh:mm:ss  2 of 3 OK created sql table model two_with_a_name_that_is_far_too_long_for_a_terminal_of_f\norty_columns ... [3 rows in 1.42s]",
        "hh:mm:ss  3 of 3 OK created sql table model three ........................ [3 rows in 1.42s]",
        "hh:mm:ss  checking the gates",
        "the results",
      ].join("\n"),
    );
    expect(await screen.cursor()).toEqual({ column: 0, isVisible: true });
    expect(code).toBe(0);
  });

  test.for([
    ["throw", "an error ends it", "\nthe disk is full"],
    ["exit", "the process ends in the middle", ""],
  ] as const)("nothing is left over when %s: %s", async ([ending, , last]) => {
    const { screen } = await runInTerminal(`${node} ${play} ${ending}`, { columns: 100 });
    expect(steady(await screen.text())).toBe(log.join("\n") + last);
    expect(await screen.cursor()).toEqual({ column: 0, isVisible: true });
  });

  test("Ctrl-C is answered above what still runs, and nothing is left over", async () => {
    const { screen, output } = await runInTerminal(`${node} ${play} wait`, {
      columns: 100,
      type: { at: "model three", typed: "\x03" },
    });
    expect(output).toContain("^C");
    const lines = steady(await screen.text()).split("\n");
    expect(lines.slice(0, 3)).toEqual(log);
    expect(lines[3]).toBe("SIGINT: stopping, queries are cancelled; Ctrl-C again, a second from now, ends at once");
    expect(lines.slice(-2)).toEqual(["hh:mm:ss  checking the gates", "the results"]);
    expect(await screen.cursor()).toEqual({ column: 0, isVisible: true });
  });

  test("a killed runner leaves a cursor that is to be seen, at the start of a line", async () => {
    const { screen } = await runInTerminal(`${node} ${play} kill`, { columns: 100 });
    expect(await screen.cursor()).toEqual({ column: 0, isVisible: true });
  });

  test("a terminal that becomes narrower meanwhile is drawn anew", async () => {
    const { output } = await runInTerminal(`${node} ${play} narrow`, { columns: 100 });
    const frames = output.split("\x1b[?2026h");
    const long = "model two_with_a_name_that_is_far_too_long_for_a_terminal_of_forty_columns\r\n  ";
    expect(frames.findIndex((frame) => frame.includes(long))).toBeGreaterThan(0);
    expect(frames.findLastIndex((frame) => frame.includes("model two_with_a_nam…\r\n  "))).toBeGreaterThan(
      frames.findLastIndex((frame) => frame.includes(long)),
    );
  });

  test.for([
    ["CI", { CI: "true" }],
    ["TERM=dumb", { TERM: "dumb" }],
  ] as const)("with %s nothing moves: every line is written once", async ([, env]) => {
    const { output } = await runInTerminal(`${node} ${play} end`, { columns: 100, env });
    expect(output).not.toMatch(/\x1b\[\??\d*[A-LN-Za-ln-z]/);
    expect(output).not.toContain("running");
  });

  test("with NO_COLOR it moves without colour", async () => {
    const { output } = await runInTerminal(`${node} ${play} end`, { columns: 100, env: { NO_COLOR: "1" } });
    expect(output).toContain("2 running");
    expect(output).not.toMatch(/\x1b\[\d*m/);
  });

  test("results that go to a file are whole and plain while the view is on the terminal", async () => {
    const { output } = await runInTerminal(`${node} ${play} end >/tmp/$$.out; cat /tmp/$$.out; rm /tmp/$$.out`, {
      columns: 100,
    });
    expect(output).toContain("2 running");
    expect(output.endsWith("\x1b[?2026la result in between\r\nthe results\r\n")).toBe(true);
  });
});

test("without a terminal there is one line for each thing, and FORCE_COLOR colours it", async () => {
  const run = (env: Record<string, string>) =>
    execa(node, [play, "end"], { env: { PATH: process.env.PATH!, ...env }, extendEnv: false });
  const bare = await run({ TERM: "xterm-256color" });
  expect(bare.stderr.split("\n")).toHaveLength(5);
  expect(bare.stderr).not.toContain("\x1b");
  expect(bare.stdout).toBe("a result in between\nthe results");
  expect((await run({ FORCE_COLOR: "1" })).stderr).toContain("\x1b[32mOK created\x1b[39m");
});

test("a reader that goes away does not end a build", async () => {
  const { stdout, exitCode } = await execa("bash", [
    "-c",
    `set -o pipefail; ${node} ${play} end 2>/dev/null | head -c 1; echo " ended with $?"`,
  ]);
  expect(stdout).toBe("a ended with 0");
  expect(exitCode).toBe(0);
});

import { defineConfig } from "vitest/config";

/** `npm test` runs all but the slow ones; `npm run test:all` adds test/slow/, which plants faults and measures nothing. */
const slow = process.env.TEST_ALL === "true";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    exclude: slow ? [] : ["test/slow/**"],
    pool: "forks",
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});

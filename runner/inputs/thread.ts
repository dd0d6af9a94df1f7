import { Worker } from "node:worker_threads";
import { InterruptedError, RunError } from "../errors.ts";
import type { Answer, Work } from "./worker.ts";

/**
 * Runs a parser or a generator in a thread of its own, so that the build goes on beside it and an interrupt ends it at once.
 * Answers the rows written to each table. Throws RunError with the parser's own message.
 */
export async function inThread(work: Work, signal: AbortSignal): Promise<Record<string, bigint>> {
  if (signal.aborted) throw new InterruptedError("interrupted", { cause: signal.reason });
  const worker = new Worker(new URL("./worker.ts", import.meta.url), { workerData: work, env: {} });
  return await new Promise((resolve, reject) => {
    const stop = () => {
      void worker.terminate();
      reject(new InterruptedError("interrupted", { cause: signal.reason }));
    };
    signal.addEventListener("abort", stop, { once: true });
    worker.on("message", (answer: Answer) => {
      signal.removeEventListener("abort", stop);
      if ("error" in answer) reject(new RunError(answer.error, { cause: answer.stack }));
      else resolve(answer.rowCounts);
    });
    worker.on("error", (error) => reject(new RunError(`${work.module}: ${error.message}`, { cause: error })));
    worker.on("exit", (code) =>
      reject(new RunError(`${work.module}: the thread ended with ${code} before its answer`)),
    );
  });
}

/**
 * Ctrl-C as an abort signal. The first SIGINT or SIGTERM asks the command to stop cleanly; SIGTERM after it is the same request,
 * since Prow sends both. A second SIGINT at least a second later ends the process at once.
 */
export function interruptible(
  source: Pick<NodeJS.Process, "on" | "off">,
  options: { onFirst: (signal: string) => void; endNow: () => void; now?: () => number },
): { signal: AbortSignal } & Disposable {
  const controller = new AbortController();
  const clock = options.now ?? Date.now;
  let firstAt: number | undefined;
  const interrupt = () => {
    if (firstAt === undefined) ask("SIGINT");
    else if (clock() - firstAt >= 1000) options.endNow();
  };
  const terminate = () => {
    if (firstAt === undefined) ask("SIGTERM");
  };
  source.on("SIGINT", interrupt);
  source.on("SIGTERM", terminate);
  source.on("SIGHUP", terminate);
  return {
    signal: controller.signal,
    [Symbol.dispose]() {
      source.off("SIGINT", interrupt);
      source.off("SIGTERM", terminate);
      source.off("SIGHUP", terminate);
    },
  };

  function ask(name: string): void {
    firstAt = clock();
    options.onFirst(name);
    controller.abort(new Error(`interrupted by ${name}`));
  }
}

import { type Config, findProjectDir, readConfig } from "../project/config.ts";
import type { Reporter } from "../report/reporter.ts";
import type { Step } from "../run/promote.ts";

/** Options that every command takes. */
export type CommonOptions = {
  projectDir?: string;
  target?: string;
  vars?: string;
  logFormat: "text" | "json";
};

/** What a command is given: the settings, the signal of Ctrl-C, and where its words go. Exit codes are what a command returns. */
export type Context = Omit<Reporter, "failed" | "end" | typeof Symbol.dispose> & {
  config: Config;
  commandLine: string;
  signal: AbortSignal;
  step: Step;
};

export type ExitCode = 0 | 1 | 2;

export function openContext(
  options: CommonOptions,
  { commandLine, signal, reporter }: { commandLine: string; signal: AbortSignal; reporter: Reporter },
): Context {
  const projectDir = findProjectDir(options.projectDir ?? process.cwd());
  const config = readConfig({
    projectDir,
    ...(options.target === undefined ? {} : { target: options.target }),
    ...(options.vars === undefined ? {} : { vars: options.vars }),
    environment: process.env,
    now: new Date(),
  });
  return { ...reporter, config, commandLine, signal, step: stepFrom(process.env.RUNNER_TEST_KILL_AT) };
}

/** Tests kill the process at a named step, the way a node that goes away would. */
function stepFrom(killAt: string | undefined): Step {
  if (!killAt) return () => undefined;
  return (name) => {
    if (name === killAt) process.kill(process.pid, "SIGKILL");
  };
}

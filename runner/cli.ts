import { availableParallelism } from "node:os";
import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import { type CommonOptions, type Context, type ExitCode, openContext } from "./commands/context.ts";
import { interruptible } from "./interrupt.ts";
import { openReporter } from "./report/reporter.ts";

let exitCode: ExitCode = 0;

const program = new Command("runner")
  .description("Builds a project of SQL models over Postgres and a warehouse, tests it, and releases it as one unit.")
  .exitOverride()
  .addHelpText(
    "after",
    "\nExample:\n  runner build                 builds, tests and releases everything\n  runner plan --select +name   says what a build would do, and why\n",
  );

selecting(declare("build", "build what is selected, test it, and release it", "runner build --select usage_by_vendor+"))
  .addOption(threads())
  .option("--fail-fast", "stop everything at the first failure", false)
  .option("--full-refresh", "build what is selected even where nothing changed", false)
  .option("--no-promote", "build and test, and leave the stable dataset as it is")
  .option("--fetch", "in a partial build, take the present inputs in place of the live release's", false)
  .option("--inputs <build>", "run again on the inputs of this build")
  .addOption(leaveStale())
  .addOption(accept())
  .addOption(reason())
  .action(
    action(async (context, options) => await (await import("./commands/build.ts")).buildCommand(context, options)),
  );

selecting(
  declare(
    "plan",
    "say what a build would run and reuse, and why; builds nothing",
    "runner plan --select state:modified+",
  ),
)
  .option("--full-refresh", "as in build", false)
  .option("--fetch", "as in build", false)
  .option("--offline", "use the last known inputs, unchecked", false)
  .action(action(async (context, options) => await (await import("./commands/plan.ts")).planCommand(context, options)));

selecting(
  declare(
    "ls",
    "list what is selected, in build order",
    "runner ls --select +usage_by_vendor --exclude engine:postgres",
  ),
).action(action(async (context, options) => await (await import("./commands/ls.ts")).lsCommand(context, options)));

selecting(
  declare(
    "compile",
    "write the SQL of the selected models to target/compiled/",
    "runner compile --select match_ip_to_iprange --print",
  ),
)
  .option("--print", "show it, too", false)
  .action(
    action(async (context, options) => await (await import("./commands/compile.ts")).compileCommand(context, options)),
  );

selecting(declare("show", "print rows of models", "runner show usage_by_vendor --limit 5 --output csv"))
  .argument("[model...]", "names or selectors")
  .option("--limit <rows>", "rows of each model at most", wholeNumber, 20)
  .addOption(new Option("--output <format>", "how to print them").choices(["table", "json", "csv"]).default("table"))
  .option("--build <build>", "as this build made them, in place of the live release")
  .action(
    action(
      async (context, options, [names]) =>
        await (await import("./commands/show.ts")).showCommand(context, options, names as string[]),
    ),
  );

selecting(
  declare(
    "test",
    "run the tests and unit tests of what is selected, on the live release",
    "runner test --select match_ip_to_iprange",
  ),
)
  .addOption(threads())
  .action(action(async (context, options) => await (await import("./commands/test.ts")).testCommand(context, options)));

declare("promote", "make the latest good build the live release; ends the hold after a rollback", "runner promote")
  .argument("[build]", "a build or the number of its release")
  .addOption(accept())
  .addOption(reason())
  .action(
    action(
      async (context, options, [build]) =>
        await (await import("./commands/promote.ts")).promoteCommand(context, options, build as string | undefined),
    ),
  );

declare("rollback", "put an earlier release back, and hold later builds until promote", "runner rollback")
  .argument("[release]", "a number of `runner releases`; else the one before the live one")
  .action(
    action(
      async (context, options, [release]) =>
        await (await import("./commands/rollback.ts")).rollbackCommand(context, options, release as string | undefined),
    ),
  );

declare("releases", "list the releases and which is live", "runner releases").action(
  action(async (context, options) => await (await import("./commands/releases.ts")).releasesCommand(context, options)),
);

declare("retry", "go on with the last build: what it finished is reused", "runner retry")
  .addOption(threads())
  .option("--fail-fast", "stop everything at the first failure", false)
  .option("--no-promote", "build and test, and leave the stable dataset as it is")
  .addOption(leaveStale())
  .addOption(accept())
  .addOption(reason())
  .action(
    action(async (context, options) => await (await import("./commands/retry.ts")).retryCommand(context, options)),
  );

declare("gc", "remove tables that no kept release maps", "runner gc --dry-run")
  .option("--dry-run", "only list them", false)
  .action(action(async (context, options) => await (await import("./commands/gc.ts")).gcCommand(context, options)));

declare(
  "doctor",
  "check engines, versions, disk and the proven forms of SQL, and say what to do",
  "runner doctor",
).action(action(async (context) => await (await import("./commands/doctor.ts")).doctorCommand(context)));

process.exitCode = await main();

/** A command with what all of them take. */
function declare(name: string, description: string, example: string): Command {
  return program
    .command(name)
    .description(description)
    .exitOverride()
    .addHelpText("after", `\nExample:\n  ${example}\n`)
    .option("--project-dir <folder>", "the project; else the one around the working folder")
    .option("--target <name>", "a target of targets.yaml")
    .option("--vars <yaml>", "vars that go before those of the files, e.g. 'usage_rows: 1000'")
    .addOption(
      new Option("--log-format <format>", "text for people, json for programs")
        .choices(["text", "json"])
        .default("text"),
    )
    .option("--wait [seconds]", "wait for a lock that is held; an hour where no number is given", wholeNumber, 0);
}

function selecting(command: Command): Command {
  return command
    .option(
      "-s, --select <selector...>",
      "name +name name+ 2+name+1 @name globs tag: path: source: engine: state:; several are a union, a comma is an intersection",
      many,
      [],
    )
    .option("--exclude <selector...>", "what to leave out of it", many, []);
}

function threads(): Option {
  return new Option("--threads <number>", "how many things run at once")
    .argParser(wholeNumber)
    .default(Math.max(4, availableParallelism()));
}

function leaveStale(): Option {
  return new Option(
    "--leave-stale",
    "release although published models would read something newer than they were built from; needs --reason",
  ).default(false);
}

function accept(): Option {
  return new Option("--accept <gate>", "let this gate through, once; needs --reason").argParser(many).default([]);
}

function reason(): Option {
  return new Option("--reason <text>", "why; the release records it");
}

/** Opens the context for a command and remembers its exit code. The command checks nothing of the command line. */
// biome-ignore lint/suspicious/noExplicitAny: commander knows the options of each command, the compiler does not
function action(work: (context: Context, options: any, args: unknown[]) => Promise<ExitCode>) {
  return async (...given: unknown[]): Promise<void> => {
    const command = given.at(-1) as Command;
    const options = command.opts<CommonOptions & { wait: number | true }>();
    if (options.wait === true) options.wait = 3600;
    const { stdout, stderr, env: environment } = process;
    using reporter = openReporter({
      stdout,
      stderr,
      environment,
      json: options.logFormat === "json",
      command: command.name(),
    });
    using interrupt = interruptible(process, { onFirst: reporter.interrupted, endNow: () => process.exit(1) });
    try {
      const context = openContext(options, { commandLine: commandLine(), signal: interrupt.signal, reporter });
      exitCode = await work(context, options, given.slice(0, -2));
    } catch (error) {
      exitCode = reporter.failed(error);
    }
    reporter.end(exitCode);
  };
}

async function main(): Promise<ExitCode> {
  try {
    await program.parseAsync();
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    throw error;
  }
}

/** What was typed, for the lock and the records; values of vars may be anything, so they stay out. */
function commandLine(): string {
  const words = process.argv.slice(2);
  return words
    .map((word, index) => (words[index - 1] === "--vars" ? "..." : word.replace(/^--vars=.*/s, "--vars=...")))
    .join(" ");
}

function many(value: string, before: string[]): string[] {
  return [...before, value];
}

function wholeNumber(value: string): number {
  const number = Number(value);
  if (!Number.isInteger(number) || number < 1) throw new InvalidArgumentError("a whole number from 1 on is expected.");
  return number;
}

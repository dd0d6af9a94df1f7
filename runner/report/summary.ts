import type { Model } from "../project/model.ts";
import type { BuildResult } from "../run/build.ts";
import type { Outcome } from "../run/events.ts";
import type { Summary } from "../run/summaries.ts";
import type { Colours } from "./colours.ts";
import { bytes, counted, readable, seconds } from "./figures.ts";
import { becauseText, shortText } from "./lines.ts";
import { formatTable } from "./table.ts";
import { oneLine, safeLines } from "./width.ts";

export type SummaryOptions = {
  colours: Colours;
  /** Columns of the terminal; undefined where it is none, and nothing is cut. */
  width: number | undefined;
  models: ReadonlyMap<string, Model>;
  /** The file that has the SQL of a node or test, as a person would open it. */
  sqlFile: (id: string) => string | undefined;
};

/** Everything that a person needs to know of a build at its end: its tables first, what went wrong last, where the eye is. */
export function summaryOf(result: BuildResult, options: SummaryOptions): string {
  const { colours } = options;
  const parts = result.summaries.map((summary) => tableOf(summary, options));
  const rejects = result.state === "nothing-to-do" ? [] : result.rejects.filter(({ rowCount }) => rowCount > 0n);
  const notes = [
    ...addedLines(result.added),
    ...rejects.map(
      ({ table, rowCount }) => `rejected: ${counted(rowCount, "row")}, kept with their reason in ${table}`,
    ),
  ];
  if (notes.length > 0) parts.push(notes.join("\n"));
  if (result.state === "built" && result.attributions.length > 0)
    parts.push(["Data:", ...result.attributions].map(oneLine).join("\n  "));
  parts.push(...troublesOf(result.outcomes, options));
  parts.push(lastLines(result, colours));
  return parts.join("\n\n");
}

/** Warnings, then failures, each with its first rows; then what was skipped because of them. */
export function troublesOf(
  outcomes: readonly Outcome[],
  options: Pick<SummaryOptions, "colours" | "width" | "sqlFile">,
): string[] {
  const warned = outcomes.filter((outcome) => outcome.status === "warned");
  const failed = outcomes.filter((outcome) => outcome.status === "failed");
  return [...warned, ...skippedLines(outcomes), ...failed].map((trouble) =>
    typeof trouble === "string" ? trouble : troubleOf(trouble, options),
  );
}

/** `12 tests passed, 2 warnings, 1 failed`: what there is none of is left out, but for the first. */
export function countsOf(outcomes: readonly Outcome[]): {
  built: number;
  reused: number;
  passed: number;
  warned: number;
  failed: number;
  skipped: number;
} {
  const count = (status: Outcome["status"], among: (outcome: Outcome) => boolean = () => true) =>
    outcomes.filter((outcome) => outcome.status === status && among(outcome)).length;
  return {
    built: count("ok", (outcome) => !isTest(outcome)),
    reused: count("reused"),
    passed: count("ok", isTest),
    warned: count("warned"),
    failed: count("failed"),
    skipped: count("skipped"),
  };
}

export function countsText({ warned, failed, skipped }: ReturnType<typeof countsOf>): string[] {
  return [
    ...(warned > 0 ? [counted(warned, "warning")] : []),
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(skipped > 0 ? [`${skipped} skipped`] : []),
  ];
}

/** Keys are names, not quantities, so their digits are not grouped. */
function tableOf({ name, columns, rows, more }: Summary, { colours, width, models }: SummaryOptions): string {
  const model = models.get(name);
  const keys = new Set([
    ...(model?.grain ?? []),
    ...(model?.tests ?? []).flatMap((test) => (test.kind === "relationships" ? test.columns : [])),
  ]);
  const byColumn = columns.map((column, index) => {
    const values = rows.map((row) => row[index] ?? null);
    return keys.has(column) ? values : readable(column, values);
  });
  const readableRows = rows.map((_, row) => byColumn.map((values) => values[row] ?? null));
  const about = model?.description && `: ${oneLine(model.description).replace(/(?<=[.!?]) .*/, "")}`;
  const lines = [`${colours.bold(name)}${about ?? ""}`, formatTable(columns, readableRows, { width })];
  if (more) lines.push(colours.dim(`(the first ${rows.length}; more by: runner show ${name} --limit 1000)`));
  return lines.join("\n");
}

const listed = 8;

function addedLines(added: ReadonlyMap<string, string>): string[] {
  const all = [...added].map(([id, why]) => `added: ${id}: ${why}`);
  if (all.length <= listed) return all;
  return [...all.slice(0, listed), `added: ${all.length - listed} more; \`runner plan\` lists them`];
}

function troubleOf(
  outcome: Extract<Outcome, { status: "failed" | "warned" }>,
  { colours, width, sqlFile }: Pick<SummaryOptions, "colours" | "width" | "sqlFile">,
): string {
  const word = outcome.status === "failed" ? colours.bad("Failed:") : colours.warn("Warning:");
  const lines = [`${word} ${oneLine(outcome.label.text)}`, indent(safeLines(outcome.message))];
  const { sample } = outcome;
  if (sample && sample.rows.length > 0) {
    lines.push(indent(formatTable(sample.columns, sample.rows, { width: width && width - 2 })));
    const shown = sample.total > BigInt(sample.rows.length) ? `the first ${sample.rows.length}; ` : "";
    if (sample.keptIn)
      lines.push(
        indent(`${shown}${sample.total === 1n ? "it is" : `all ${sample.total} are`} kept in ${sample.keptIn}`),
      );
  }
  const file = sqlFile(outcome.label.id);
  if (file) lines.push(indent(`SQL: ${file}`));
  return lines.join("\n");
}

/** One line for each cause, since one failure may skip a hundred. */
function skippedLines(outcomes: readonly Outcome[]): string[] {
  const skipped = outcomes.filter((outcome) => outcome.status === "skipped");
  const lines = [...Map.groupBy(skipped, ({ because }) => because)].map(([because, those]) => {
    const names = those.slice(0, listed).map((outcome) => oneLine(shortText(outcome)));
    const more = those.length > listed ? ` and ${those.length - listed} more` : "";
    return `Skipped, ${becauseText(because)}: ${names.join(", ")}${more}`;
  });
  return lines.length > 0 ? [lines.join("\n")] : [];
}

function lastLines(result: BuildResult, colours: Colours): string {
  const counts = countsOf(result.outcomes);
  const rowCount = result.outcomes.reduce(
    (sum, outcome) => sum + ((outcome.status === "ok" && outcome.rowCount) || 0n),
    0n,
  );
  const text = [
    `${counts.built} built${rowCount > 0n ? ` (${counted(rowCount, "row")})` : ""}`,
    `${counts.reused} reused`,
    `${counted(counts.passed, "test")} passed`,
    ...countsText(counts),
    ...(result.read.files > 0 ? [`${counted(result.read.files, "file")} of ${bytes(result.read.bytes)} read`] : []),
    `in ${seconds(result.elapsedMs)}`,
  ].join(", ");
  switch (result.state) {
    case "nothing-to-do":
      return `${colours.good("Nothing to do")}: ${counted(counts.reused, "table")} ${counts.reused === 1 ? "is" : "are"} as the live release has ${counts.reused === 1 ? "it" : "them"}, in ${seconds(result.elapsedMs)}`;
    case "failed":
      return `${colours.bad("Build failed")}: ${text}\nNothing was released. Go on with: runner retry`;
    case "interrupted":
      return `${colours.warn("Interrupted")}: ${text}\nNothing was released. Go on with: runner retry`;
    case "built":
      return `${colours.good("Done")}: ${text}\n${promotionLine(result, colours)}`;
    default:
      return result.state satisfies never;
  }
}

function promotionLine({ promotion, build }: BuildResult, colours: Colours): string {
  switch (promotion.kind) {
    case "promoted":
      return `${colours.good("Released")}: release ${promotion.release} (${build}) is live`;
    case "kept":
      return `${colours.warn("Not released")}: ${promotion.because}`;
    case "refused": {
      const gates = promotion.gates.map(({ name, objections }) => `  gate ${name}: ${objections.join("; ")}`);
      const way = promotion.gates.map(({ name }) => `--accept ${name}`).join(" ");
      return [
        `${colours.bad("Not released")}: ${promotion.because}`,
        ...gates,
        ...(way ? [`  if that is right: runner promote ${way} --reason "..."`] : []),
      ].join("\n");
    }
    case "unchanged":
      return `The live release, ${promotion.release}, has these tables already`;
    case "none":
      return "";
    default:
      return promotion satisfies never;
  }
}

function isTest({ label }: Outcome): boolean {
  return label.kind === "test" || label.kind === "unit-test";
}

function indent(text: string): string {
  return text.replace(/^(?=.)/gm, "  ");
}

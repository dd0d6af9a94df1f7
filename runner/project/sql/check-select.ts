import type { Mistake, Place } from "../../errors.ts";
import { marker } from "./dialect.ts";
import { sourceNode } from "../graph.ts";
import { literal } from "../literal.ts";
import type { Model, Piece, Side } from "../model.ts";
import type { Condition } from "../read-tests.ts";
import { quotedName, renderSql } from "../render.ts";
import type { Facts } from "../facts.ts";

/**
 * Checks the SQL of a template without a database. References stand for themselves and vars as some value of their type, so the
 * answer holds whatever their values are. Every place is one in the template.
 */
export async function checkSelect(
  pieces: readonly Piece[],
  {
    side,
    grain,
    placeOf,
    readsThis = false,
  }: { side: Side; grain: readonly string[]; placeOf?: (offset: number) => Place; readsThis?: boolean },
): Promise<{ mistakes: Mistake[]; facts: Facts }> {
  const { sql, locate } = renderSql(pieces, {
    ref: (name) => standIn(side, marker.read, name),
    source: (source, table) => standIn(side, marker.read, sourceNode(source, table)),
    variable: (_, type) => literal(side, type, someValue[type] ?? "") ?? "null",
    ident: (text) => quotedName(side, text),
    this: standIn(side, readsThis ? marker.read : marker.self, "this"),
  });
  const checked =
    side === "postgres"
      ? (await import("./check-postgres.ts")).checkPostgres(sql, { grain })
      : (await import("./check-googlesql.ts")).checkGoogleSelect(sql, { grain });
  const place = placeOf ?? locate;
  return {
    mistakes: checked.findings.map(({ at, message, expected }) => ({
      place: place(checked.placeOf(at)),
      message,
      ...(expected ? { expected } : {}),
    })),
    facts: {
      outputs: checked.outputs
        ?.map((output) => ({ ...output, at: undefined, place: place(output.at ?? 0) }))
        .map(({ at: _, ...output }) => output),
      uses: checked.uses.map(({ of, column, isLast, at }) => ({ of, column, isLast, place: place(at ?? 0) })),
      places: {},
    },
  };
}

/** Checks SQL of a test's settings: true or false for one row of the model. */
export async function checkCondition(
  { sql, letter }: Condition,
  model: Pick<Model, "name" | "side" | "file">,
): Promise<{ mistakes: Mistake[]; uses: Facts["uses"] }> {
  const start = { file: model.file, line: 1, column: 1 };
  const around = { before: "select 1 as one from ", after: " where (" };
  const pieces: Piece[] = [
    { kind: "text", text: around.before, place: start },
    { kind: "ref", name: model.name, place: start },
    { kind: "text", text: `${around.after}${sql})`, place: start },
  ];
  const first = `${around.before}${standIn(model.side, marker.read, model.name)}${around.after}`.length;
  const checked = await checkSelect(pieces, {
    side: model.side,
    grain: [],
    placeOf: (offset) => letter(Math.min(Math.max(offset - first, 0), sql.length - 1)),
  });
  return { mistakes: checked.mistakes, uses: checked.facts.uses };
}

function standIn(side: Side, schema: string, name: string): string {
  return `${quotedName(side, schema)}.${quotedName(side, name)}`;
}

const someValue: Record<string, string> = {
  string: "x",
  int64: "1",
  numeric: "1",
  bool: "true",
  date: "2000-01-01",
  timestamp: "2000-01-01T00:00:00Z",
};

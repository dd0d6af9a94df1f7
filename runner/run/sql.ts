import type { Engine, Relation } from "../engines/engine.ts";
import { EngineError, type Place } from "../errors.ts";
import { type Node, referredId } from "../plan/node.ts";
import { literal, textOfVar } from "../project/literal.ts";
import type { Model, Piece, Query, Side } from "../project/model.ts";
import type { Project } from "../project/project.ts";
import { quotedName, type Rendered, renderSql } from "../project/render.ts";

/** Where each node's table stands, by node id. */
export type Where = (id: string) => Relation;

/** A model's SELECT as its engine is sent it; ephemeral models that it reads stand in front of it as `with` expressions. */
export function renderModel(
  node: Extract<Node, { kind: "model" }>,
  options: { project: Project; engine: Pick<Engine, "side" | "quoted">; where: Where },
): Rendered {
  return renderPieces(withInlined(node.model, node.inlined), node.side, { ...options, self: node.model.name });
}

/** `each`: the table and column of a query that is run for each of them, in place of `{{this}}` and `{{ident "column"}}`. */
export function renderQuery(
  query: Query,
  options: {
    project: Project;
    engine: Pick<Engine, "side" | "quoted">;
    where: Where;
    each?: { table: string; column: string };
  },
): Rendered {
  const inlined = query.reads
    .map((name) => options.project.models.get(name))
    .filter((model): model is Model => model?.materialized === "ephemeral");
  return renderPieces(withInlined(query, inlined), query.side, { ...options, self: query.name });
}

function renderPieces(
  pieces: readonly Piece[],
  side: Side,
  {
    project,
    engine,
    where,
    self,
    each,
  }: {
    project: Project;
    engine: Pick<Engine, "side" | "quoted">;
    where: Where;
    self: string;
    each?: { table: string; column: string };
  },
): Rendered {
  return renderSql(pieces, {
    ref: (name) =>
      project.models.get(name)?.materialized === "ephemeral"
        ? quotedName(side, inlinedName(name))
        : engine.quoted(where(referredId(project, name, side))),
    source: (source, table) => engine.quoted(where(`${source}.${table} @ ${side}`)),
    variable: (name, type) => {
      const value = literal(side, type, textOfVar(project.config.vars[name]) ?? "");
      if (value === undefined) throw new EngineError(`var ${name}: not a ${type}`);
      return value;
    },
    ident: (text) => quotedName(side, each && text === "column" ? each.column : text),
    this: each ? each.table : project.models.has(self) ? engine.quoted(where(self)) : quotedName(side, self),
  });
}

function withInlined(query: Pick<Query, "pieces"> & { file: string }, inlined: readonly Model[]): Piece[] {
  if (inlined.length === 0) return query.pieces;
  const place: Place = { file: query.file, line: 1, column: 1 };
  const text = (sql: string): Piece => ({ kind: "text", text: sql, place });
  const steps = inlined.flatMap((model, index) => [
    text(index === 0 ? "with " : ",\n"),
    { kind: "ident", text: inlinedName(model.name), place } satisfies Piece,
    text(" as (\n"),
    ...model.pieces,
    text("\n)"),
  ]);
  return [...steps, text("\nselect * from (\n"), ...query.pieces, text("\n) as inlined")];
}

function inlinedName(name: string): string {
  return `ephemeral__${name}`;
}

/** An error of an engine as a person reads it: file, line, the line itself with a caret, and what the engine said. */
export function explainError(
  error: EngineError,
  rendered: Rendered,
  readLine: (place: Place) => string | undefined,
): string {
  if (error.position === undefined) return error.message;
  const place = rendered.locate(error.position);
  const line = readLine(place);
  const caret = line === undefined ? "" : `\n  ${line}\n  ${" ".repeat(Math.max(0, place.column - 1))}^`;
  return `${place.file}:${place.line}:${place.column}: ${error.message}${caret}`;
}

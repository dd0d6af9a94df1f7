import type { Place } from "../errors.ts";
import type { Piece } from "./model.ts";
import { placeAfter } from "./text.ts";

/** What stands in the SQL for each reference; every answer is a finished piece of SQL, already quoted. */
export type Resolve = {
  ref(name: string): string;
  source(source: string, table: string): string;
  variable(name: string, type: string): string;
  ident(text: string): string;
  this: string;
};

/** SQL as an engine is sent it. `locate` leads an offset into it back to the file, also into the file of a partial. */
export type Rendered = { sql: string; locate(offset: number): Place };

export function renderSql(pieces: readonly Piece[], resolve: Resolve): Rendered {
  const starts: number[] = [];
  let sql = "";
  for (const piece of pieces) {
    starts.push(sql.length);
    sql += textOf(piece, resolve);
  }
  return { sql, locate };

  function locate(offset: number): Place {
    let index = 0;
    while (index + 1 < starts.length && starts[index + 1]! <= offset) index += 1;
    const piece = pieces[index];
    if (!piece) return { file: "", line: 1, column: 1 };
    return piece.kind === "text" ? placeAfter(piece.place, piece.text.slice(0, offset - starts[index]!)) : piece.place;
  }
}

/** An identifier in the quoting of the side. */
export function quotedName(side: "postgres" | "warehouse", name: string): string {
  return side === "postgres" ? `"${name.replaceAll('"', '""')}"` : `\`${name.replace(/[\\`]/g, "\\$&")}\``;
}

function textOf(piece: Piece, resolve: Resolve): string {
  switch (piece.kind) {
    case "text":
      return piece.text;
    case "ref":
      return resolve.ref(piece.name);
    case "source":
      return resolve.source(piece.source, piece.table);
    case "var":
      return resolve.variable(piece.name, piece.type);
    case "ident":
      return resolve.ident(piece.text);
    case "this":
      return resolve.this;
    default:
      return piece satisfies never;
  }
}

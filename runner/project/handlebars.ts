import Handlebars from "handlebars";
import type { Mistake, Place } from "../errors.ts";

/** Handlebars' tree of a template; a mistake in its grammar comes back as one. */
export function parseTemplate(text: string, start: Place): hbs.AST.Program | Mistake {
  const parser = (Handlebars as unknown as { Parser: { parseError: (message: string, hash: ParserState) => void } })
    .Parser;
  let state: ParserState | undefined;
  parser.parseError = (message, hash) => {
    state = hash;
    throw new Error(message);
  };
  try {
    return Handlebars.parse(text);
  } catch (error) {
    const place = placeIn(
      start,
      state?.loc ? afterBlanks(text, state.loc) : (positionIn(error) ?? { line: 1, column: 0 }),
    );
    const message = error instanceof Error ? error.message : String(error);
    if (!state)
      return {
        place,
        message: message.replace(/ - \d+:\d+$/, ""),
        expected: "expected blocks that open and close in pairs",
      };
    const found =
      state.token === "EOF" ? "ends too early" : `is not Handlebars near ${JSON.stringify(state.text.slice(0, 30))}`;
    return {
      place,
      message: `the template ${found}`,
      expected: 'expected {{helper "text"}}, {{> partial}} or a block that is closed',
    };
  }
}

/** The parser tells where the part before the wrong one ended. */
function afterBlanks(
  text: string,
  { last_line: line, last_column: column }: NonNullable<ParserState["loc"]>,
): { line: number; column: number } {
  const blanks = /^[ \t]*(?=\S)/.exec(text.split("\n")[line - 1]?.slice(column) ?? "")?.[0].length ?? 0;
  return { line, column: column + blanks };
}

type ParserState = { text: string; token: string; loc?: { last_line: number; last_column: number } };

/** Handlebars counts lines from 1 and columns from 0, from the template's own start. */
export function placeIn(start: Place, { line, column }: { line: number; column: number }): Place {
  return { file: start.file, line: start.line + line - 1, column: line === 1 ? start.column + column : column + 1 };
}

function positionIn(error: unknown): { line: number; column: number } | undefined {
  const { lineNumber, column } = error as { lineNumber?: number; column?: number };
  return lineNumber !== undefined && column !== undefined ? { line: lineNumber, column } : undefined;
}

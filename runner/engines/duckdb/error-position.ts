/**
 * Where in the GoogleSQL query an error of DuckDB lies: an offset from 0, or undefined where DuckDB names no place. DuckDB points
 * into the translation; names keep their order there, so the n-th occurrence of the word under its caret is looked for.
 */
export function positionIn(query: string, { sent, message }: { sent: string; message: string }): number | undefined {
  const pointed = wordUnderCaret(sent, message);
  if (pointed) {
    const before = occurrences(sent, pointed.word).filter((offset) => offset < pointed.offset).length;
    const extra = occurrences(sent, pointed.word).length - occurrences(query, pointed.word).length;
    const found = occurrences(query, pointed.word);
    const at = found[Math.max(0, before - Math.max(0, extra))];
    if (at !== undefined) return at;
  }
  const named = /(?:column|table|function|name) (?:with name )?"?([A-Za-z_]\w*)"?/i.exec(message)?.[1];
  return named === undefined ? undefined : occurrences(query, named)[0];
}

/** DuckDB writes `LINE n: <the line, or a part of it between dots>` and a caret below the place. */
function wordUnderCaret(sent: string, message: string): { word: string; offset: number } | undefined {
  const match = /\nLINE (\d+): (.*)\n( *)\^/.exec(message);
  if (!match) return undefined;
  const [, lineNumber, excerpt, indent] = match;
  const column = indent!.length - `LINE ${lineNumber}: `.length;
  const lines = sent.split("\n");
  const line = lines[Number(lineNumber) - 1];
  if (line === undefined || column < 0) return undefined;
  const shown = excerpt!.replace(/^\.\.\./, "").replace(/\.\.\.$/, "");
  const cut = excerpt!.startsWith("...") ? 3 : 0;
  const start = line.indexOf(shown);
  if (start < 0) return undefined;
  const inLine = start + column - cut;
  const word = /^[`"]?([A-Za-z_]\w*)/.exec(line.slice(inLine))?.[1];
  if (word === undefined) return undefined;
  const lineOffset = lines.slice(0, Number(lineNumber) - 1).reduce((sum, text) => sum + text.length + 1, 0);
  return { word, offset: lineOffset + inLine };
}

function occurrences(text: string, word: string): number[] {
  return [...text.matchAll(new RegExp(`\\b${word}\\b`, "gi"))].map((match) => match.index);
}

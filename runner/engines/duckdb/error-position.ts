/**
 * Where in the GoogleSQL query an error of DuckDB lies: an offset from 0, or undefined where the place has no word of the query.
 * `byte` is DuckDB's place in `sent`: `before` characters of ours, then the translation of the query. Names keep their order in
 * a translation, so the n-th occurrence of the word there is looked for.
 */
export function positionIn(
  query: string,
  { sent, byte, before }: { sent: string; byte: number; before: number },
): number | undefined {
  const translation = sent.slice(before);
  const at = Buffer.from(sent).subarray(0, byte).toString().length - before;
  if (at < 0) return undefined;
  const word = /^[`"]?([\p{L}_][\p{L}\p{N}_]*)/u.exec(translation.slice(at))?.[1];
  if (word === undefined) return undefined;
  const there = occurrences(translation, word);
  const here = occurrences(query, word);
  const nth = there.filter((offset) => offset < at).length;
  const added = Math.max(0, there.length - here.length); // by the translation, in front: a name it gave to what has none
  return here[Math.max(0, nth - added)];
}

function occurrences(text: string, word: string): number[] {
  const pattern = new RegExp(`(?<![\\p{L}\\p{N}_])${word}(?![\\p{L}\\p{N}_])`, "giu");
  return [...text.matchAll(pattern)].map(({ index }) => index);
}

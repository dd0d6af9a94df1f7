import { isMap, isNode, isScalar, isSeq, type Node, parseDocument } from "yaml";
import type { TextFile } from "./files.ts";
import { nearestTo } from "./nearest.ts";
import type { Seed } from "./seed.ts";
import { type Read, typed } from "./seed-row.ts";
import { yamlMistakes } from "./settings.ts";
import { Lines } from "./text.ts";

/**
 * Each entry of `list` makes one row. A column's path begins with the list's name for a field of the entry, else it is of the file;
 * without a path it is the entry's field of the column's name. A field that no column takes is a mistake.
 */
export function readYaml(
  { file, text }: TextFile,
  { columns, list }: { columns: Seed["columns"]; list: string },
): Read {
  const lines = new Lines(file, text);
  const document = parseDocument(text, { prettyErrors: false });
  const mistakes = yamlMistakes(document, (position) => lines.place(position));
  if (mistakes.length > 0) return { rows: [], mistakes };
  const placeOf = (node: unknown) => lines.place(isNode(node) && node.range ? node.range[0] : 0);
  const paths = columns.map((column) => (column.from ?? `${list}.${column.name}`).split("."));
  const ofEntry = paths.filter(([first]) => first === list).map((path) => path.slice(1));
  unknownFields(document.contents, [...paths.filter(([first]) => first !== list), [list]], []);
  const entries = isMap(document.contents) ? document.contents.get(list, true) : undefined;
  if (!isSeq(entries)) {
    mistakes.push({
      place: placeOf(entries ?? document.contents),
      message: `there is no list "${list}"`,
      expected: `expected ${list}: with an entry a row`,
    });
    return { rows: [], mistakes };
  }
  const rows = entries.items.map((entry) => {
    const before = mistakes.length;
    if (isMap(entry)) unknownFields(entry, ofEntry, [list]);
    const values = columns.map((column, index) => {
      const [first, ...rest] = paths[index]!;
      const node = first === list ? nodeAt(entry, rest) : nodeAt(document.contents, paths[index]!);
      return typed(column, textOf(node), { place: placeOf(node ?? entry), mistakes });
    });
    return { values: mistakes.length > before ? [] : values, place: placeOf(entry) };
  });
  return { rows, mistakes };

  function unknownFields(node: unknown, known: readonly (readonly string[])[], above: readonly string[]): void {
    if (!isMap(node)) return;
    const names = [...new Set(known.map((path) => path[0]!))];
    for (const { key, value } of node.items) {
      const name = isScalar(key) ? String(key.value) : "";
      const deeper = known.filter((path) => path[0] === name).map((path) => path.slice(1));
      if (deeper.length === 0)
        mistakes.push({
          place: placeOf(key),
          message: `no column takes the field "${[...above, name].join(".")}"`,
          expected: nearestTo(name, names, "fields"),
        });
      else if (!deeper.some((path) => path.length === 0)) unknownFields(value, deeper, [...above, name]);
    }
  }
}

function nodeAt(node: unknown, path: readonly string[]): Node | undefined {
  let at: unknown = node;
  for (const name of path) at = isMap(at) ? at.get(name, true) : undefined;
  return isNode(at) ? at : undefined;
}

/** A scalar as it is written; nothing for a missing one. A list or a map shows itself, which is no value of any type. */
function textOf(node: Node | undefined): string | undefined {
  if (node === undefined) return "";
  if (!isScalar(node)) return undefined;
  if (node.value === null) return "";
  return typeof node.value === "string" ? node.value : (node.source ?? String(node.value));
}

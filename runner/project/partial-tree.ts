import type { Mistake } from "../errors.ts";
import { parseTemplate } from "./handlebars.ts";
import type { TextFile } from "./files.ts";

const programs = new WeakMap<TextFile, hbs.AST.Program | Mistake>();

/** The tree of a partial, parsed once. */
export function programOf(partial: TextFile): hbs.AST.Program | Mistake {
  const known = programs.get(partial);
  if (known) return known;
  const program = parseTemplate(partial.text.trimEnd(), { file: partial.file, line: 1, column: 1 });
  programs.set(partial, program);
  return program;
}

/** Names a partial looks up; undefined where it calls others, which see its arguments too. */
export function namesIn(program: hbs.AST.Program): Set<string> | undefined {
  const names = new Set<string>();
  let callsOthers = false;
  visit(program);
  return callsOthers ? undefined : names;

  function visit(node: unknown): void {
    if (typeof node !== "object" || node === null) return;
    const { type, parts } = node as { type?: string; parts?: string[] };
    if (type === "PartialStatement") callsOthers = true;
    if (type === "PathExpression" && parts?.[0] && !words.has(parts[0])) names.add(parts[0]);
    for (const [key, child] of Object.entries(node)) if (key !== "loc") visit(child);
  }
}

const words = new Set(["ref", "source", "var", "ident", "this", "if", "unless", "each", "list", "eq"]);

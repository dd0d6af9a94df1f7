import type { InputFile, Parser } from "../../runner/inputs/parser.ts";
import { parseAsn } from "../asn.ts";
import { readJson, readLines } from "../read.ts";

/** One statement of a list. `asn` is text until it is read; a list of ranges knows no countries. */
type Statement = { asn: string; text: string; line: number | null; hasCountry: boolean };

type Known = { occurrences: number; hasCountry: boolean };

/** Each text that the files have for an AS once, with how often it occurs: one name a line in some lists, one a range in others. */
const parse: Parser = async ({ inputs, out }) => {
  const named = new Map<number, Map<string, Known>>();
  for (const file of inputs.as_names ?? []) {
    for await (const statements of readStatements(file)) {
      for (const { asn, text, line, hasCountry } of statements) {
        const number = parseAsn(asn);
        if (number === undefined || text === "") {
          const reason = number === undefined ? "not an AS number" : "no name";
          await out.as_name_rejects!.write([`${asn} ${text}`.trim(), reason, file.name, line]);
          continue;
        }
        const texts: Map<string, Known> = named.get(number) ?? new Map();
        named.set(number, texts);
        const known = texts.get(text);
        if (known) known.occurrences++;
        else texts.set(text, { occurrences: 1, hasCountry });
      }
    }
  }
  for (const [asn, texts] of named) {
    for (const [text, { occurrences, hasCountry }] of texts) {
      const { name, country } = hasCountry ? splitCountry(text) : { name: text, country: null };
      await out.as_name!.write([asn, name, country, text, occurrences]);
    }
  }
};

export default parse;

/**
 * `LVLT-1 - Level 3 Parent, LLC, US` to the name and `US`. Names hold commas, so only the last one counts, and only where two
 * capital letters follow; `EU` is used for a country here, `ZZ` stands for none. Without a country the name is the whole text.
 */
export function splitCountry(text: string): { name: string; country: string | null } {
  const match = /^(.*\S)\s*,\s*([A-Z]{2})$/s.exec(text);
  if (!match) return { name: text, country: null };
  return { name: match[1]!, country: match[2] === "ZZ" ? null : match[2]! };
}

/** The format is told by the first line that is not empty: `{` is JSON, a number and a blank a list, else ranges. */
async function* readStatements(file: InputFile): AsyncGenerator<Statement[]> {
  let read: ((line: string, number: number) => Statement) | undefined;
  for await (const { lines, firstLine } of readLines(file)) {
    const statements: Statement[] = [];
    for (const [index, line] of lines.entries()) {
      if (line.trim() === "") continue;
      if (!read && /^\s*\{/.test(line)) {
        yield await readNamesJson(file);
        return;
      }
      read ??= readerOf(line, file);
      statements.push(read(line, firstLine + index));
    }
    yield statements;
  }
}

function readerOf(line: string, file: InputFile): (line: string, number: number) => Statement {
  if (/^(AS)?[\d.]+\s+\S/i.test(line)) return readName;
  if (/^[^,]+,[^,]+,\d+,/.test(line)) return readRange;
  throw new Error(
    `${file.name}:1: neither asn.txt ("15169 GOOGLE, US"), nor asnames.json, nor ranges (start,end,AS,organisation): ${JSON.stringify(line.slice(0, 60))}`,
  );
}

/** `15169 GOOGLE, US`, with a blank or a tab after the number. */
function readName(line: string, number: number): Statement {
  const [, asn, text] = /^(\S+)\s*(.*)$/s.exec(line.trim())!;
  return { asn: asn!, text: decodeEntities(text!.trim()), line: number, hasCountry: true };
}

/** `1.0.0.0,1.0.0.255,13335,"Cloudflare, Inc."`: only the last field is quoted, and only where it must be. */
function readRange(line: string, number: number): Statement {
  const [start = "", end = "", asn = ""] = line.split(",", 3);
  const organisation = line.slice(start.length + end.length + asn.length + 3);
  const text = organisation.startsWith('"') ? organisation.slice(1, -1).replaceAll('""', '"') : organisation;
  return { asn, text: text.trim(), line: number, hasCountry: false };
}

/** pyasn's asnames.json: one object, `{"15169": "GOOGLE, US"}`. */
async function readNamesJson(file: InputFile): Promise<Statement[]> {
  const names = await readJson(file);
  return Object.entries(names as Record<string, unknown>).map(([asn, text]) => ({
    asn,
    text: typeof text === "string" ? decodeEntities(text.trim()) : "",
    line: null,
    hasCountry: true,
  }));
}

/** The list was a web page once; decoded one time, so that a name which says `&amp;lt;` keeps its `&lt;`. */
function decodeEntities(text: string): string {
  return text.includes("&") ? text.replace(/&(amp|lt|gt|quot|#39);/g, (_, name: string) => entities[name]!) : text;
}

const entities: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', "#39": "'" };

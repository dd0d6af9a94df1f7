import type { InputFile } from "../../runner/inputs/parser.ts";
import { parseAsn } from "../asn.ts";
import { formatPrefix, parsePrefix } from "../ip.ts";
import { type Route, type RouteReader, whyNotRouted } from "./route.ts";

/**
 * pyasn's .dat, versions IP-ASN32-DAT and IP-ASN-DAT: comments begin with `;`, then `prefix<TAB>AS` a line, in no order. The header
 * says how many there are. Where fewer come, a file that breaks off within a line is an error; a part with whole lines is used,
 * and a reject says what it lacks.
 */
export function newDatReader(file: InputFile): RouteReader {
  let promised = 0;
  let found = 0;
  let lastLine = 0;
  return {
    mayRepeat: true,
    read({ lines, firstLine }, routes) {
      for (let index = 0; index < lines.length; index++) {
        const text = lines[index]!;
        if (text === "") continue;
        lastLine = firstLine + index;
        if (text.startsWith(";"))
          promised += Number(/^; (?:Prefixes(?:-v[46])?|CIDRs)\s*:\s*(\d+)/.exec(text)?.[1] ?? 0);
        else {
          routes.push(routeOf(text, lastLine));
          found++;
        }
      }
    },
    end(routes, isCut) {
      if (found >= promised) return;
      const reason = `the file ends after ${found} of the ${promised} prefixes that its header names`;
      if (isCut) throw new Error(`${file.name}:${lastLine}: ${reason}; fetch it again`);
      routes.push({ prefix: "", asn: null, line: lastLine, reason });
    },
  };
}

function routeOf(text: string, line: number): Route {
  const [written = "", origin = "", ...more] = text.split(/[\t ]+/);
  const asn = more.length === 0 ? parseAsn(origin) : undefined;
  const prefix = parsePrefix(written);
  const reason = typeof prefix === "string" ? prefix : asn === undefined ? "not an AS number" : whyNotRouted(asn);
  if (typeof prefix === "string" || asn === undefined) return { prefix: written, asn: asn ?? null, line, reason };
  // IPv4 that was read has one spelling, IPv6 has many
  return { prefix: prefix.family === "ipv4" ? written : formatPrefix(prefix), asn, line, reason };
}

import type { InputFile, Parser } from "../../runner/inputs/parser.ts";
import { readLines } from "../read.ts";
import { newDatReader } from "./dat.ts";
import { newRangeReader } from "./ranges.ts";
import type { Route, RouteReader } from "./route.ts";

/**
 * Routes of all files, each prefix once: of a prefix in two files the later file counts, of one twice in a file the later line.
 * Files are therefore gone through from the last to the first. What is kept in memory is one file's routes and the prefixes seen:
 * the size of a routing table, whatever the number of files.
 */
const parse: Parser = async ({ inputs, out }) => {
  const files = inputs.routes ?? [];
  const seen = { ipv4: new Map<string, InputFile>(), ipv6: new Map<string, InputFile>() };
  for (const [index, file] of [...files.entries()].reverse()) {
    const { routes, mayRepeat } = await readRoutes(file);
    const isLookedUp = mayRepeat || index > 0; // by a line or a file that is still to come
    for (let route = routes.pop(); route; route = routes.pop()) {
      const known = route.prefix.includes(":") ? seen.ipv6 : seen.ipv4;
      const winner = known.size > 0 ? known.get(route.prefix) : undefined;
      const reason = route.reason ?? (winner && `replaced by a later ${winner === file ? "line" : "file"}`);
      if (reason === undefined && isLookedUp) known.set(route.prefix, file);
      const full =
        reason === undefined
          ? out.prefix_origin!.write([route.prefix, route.asn])
          : out.route_rejects!.write([route.prefix, route.asn, reason, file.name, route.line]);
      if (full) await full;
    }
  }
};

export default parse;

/** The format is told by the first line: a pyasn comment or `prefix<TAB>AS`, or else comma-separated ranges. */
async function readRoutes(file: InputFile): Promise<{ routes: Route[]; mayRepeat: boolean }> {
  const routes: Route[] = [];
  let reader: RouteReader | undefined;
  let isCut = false;
  for await (const batch of readLines(file)) {
    reader ??= readerOf(batch.lines[0]!, file);
    reader.read(batch, routes);
    isCut = batch.isCut;
  }
  reader?.end(routes, isCut);
  return { routes, mayRepeat: reader?.mayRepeat ?? false };
}

function readerOf(opening: string, file: InputFile): RouteReader {
  if (/^; IP-ASN(32)?-DAT file|^\S+\/\d+\s+\S+$/.test(opening)) return newDatReader(file);
  if (/^[^,]+,[^,]+,[^,]+/.test(opening)) return newRangeReader(file);
  throw new Error(
    `${file.name}:1: neither a pyasn .dat file ("; IP-ASN32-DAT file") nor ranges (start,end,AS,organisation): ${JSON.stringify(opening.slice(0, 60))}`,
  );
}

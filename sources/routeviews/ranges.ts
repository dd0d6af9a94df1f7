import type { InputFile } from "../../runner/inputs/parser.ts";
import { parseAsn } from "../asn.ts";
import { blocksOf, type Family, formatAddress, formatPrefix, parseAddress } from "../ip.ts";
import { type Route, type RouteReader, whyNotRouted } from "./route.ts";

/** A range that may be used; `cut` is the part that ranges of a later start took from it, as far as is known. */
type Range = {
  family: Family;
  first: bigint;
  last: bigint;
  asn: number;
  line: number;
  cut: { first: bigint; last: bigint } | undefined;
};

/**
 * Ranges (`start,end,AS,organisation`, both ends included) as the fewest CIDR blocks. Where two overlap the one that starts later
 * wins (of two that start together, the later line), and the part cut off is a reject. Ranges come sorted by their start, so only
 * those that cover the present place are held; a line that breaks the order is an error.
 */
export function newRangeReader(file: InputFile): RouteReader {
  const open: Range[] = []; // none ends before `place`; the last one wins there
  let place = 0n; // everything before it is written
  return {
    mayRepeat: false,
    read({ lines, firstLine }, routes) {
      for (let index = 0; index < lines.length; index++) {
        const text = lines[index]!;
        if (text === "") continue;
        const range = rangeOf(text, firstLine + index);
        if ("reason" in range) {
          routes.push(range);
          continue;
        }
        const winner = open.at(-1);
        if (winner?.family === range.family) {
          if (range.first < winner.first)
            throw new Error(`${file.name}:${range.line}: the ranges are not sorted by their start`);
          writeUntil(range.first, routes);
        } else writeUntil(undefined, routes);
        place = range.first;
        open.push(range);
      }
    },
    end(routes) {
      writeUntil(undefined, routes);
    },
  };

  /** Writes what lies before `end` (undefined: everything) and drops the ranges that end there. */
  function writeUntil(end: bigint | undefined, routes: Route[]): void {
    for (let winner = open.at(-1); winner; winner = open.at(-1)) {
      const goesOn = end !== undefined && winner.last >= end;
      const last = goesOn ? end - 1n : winner.last;
      if (place <= last) {
        for (const block of blocksOf(winner.family, place, last)) {
          routes.push({ prefix: formatPrefix(block), asn: winner.asn, line: winner.line, reason: undefined });
        }
        for (const loser of open.slice(0, -1)) cutOff(loser, { first: place, last }, routes);
        place = last + 1n;
      }
      if (goesOn) return;
      open.pop();
      if (winner.cut) routes.push(rejectOf(winner, winner.cut));
    }
  }
}

/** Notes what `loser` lost; a part that does not go on where the one before ended makes that one a reject of its own. */
function cutOff(loser: Range, won: { first: bigint; last: bigint }, routes: Route[]): void {
  const last = lesser(won.last, loser.last);
  if (last < won.first) return;
  if (loser.cut && loser.cut.last + 1n === won.first) loser.cut.last = last;
  else {
    if (loser.cut) routes.push(rejectOf(loser, loser.cut));
    loser.cut = { first: won.first, last };
  }
}

function lesser(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}

function rejectOf({ family, asn, line }: Range, part: { first: bigint; last: bigint }): Route {
  const prefix = `${formatAddress(family, part.first)}-${formatAddress(family, part.last)}`;
  return { prefix, asn, line, reason: "overlap: the range that starts later wins" };
}

function rangeOf(text: string, line: number): Range | (Route & { reason: string }) {
  const [start = "", end = "", origin = ""] = text.split(",", 3);
  const [first, last] = [parseAddress(start), parseAddress(end)];
  const asn = parseAsn(origin);
  const route = { prefix: `${start}-${end}`, asn: asn ?? null, line };
  if (!first || !last || first.family !== last.family || first.value > last.value)
    return { ...route, reason: "not a range" };
  if (asn === undefined) return { ...route, reason: "not an AS number" };
  const reason = whyNotRouted(asn);
  if (reason) return { ...route, reason };
  return { family: first.family, first: first.value, last: last.value, asn, line, cut: undefined };
}

import { distance } from "fastest-levenshtein";

/** The way out of an unknown name: `nearest is "x"`, or that there is none to be near to. `kind` is a plural: `models`. */
export function nearestTo(name: string, known: Iterable<string>, kind = "names"): string {
  const nearest = nearestName(name, known);
  return nearest === undefined ? `there are no ${kind}` : `nearest is "${nearest}"`;
}

/** The known name with the fewest letters to change, the first of equals; undefined where nothing is known. */
export function nearestName(name: string, known: Iterable<string>): string | undefined {
  let nearest: string | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const candidate of known) {
    const changes = distance(name.toLowerCase(), candidate.toLowerCase());
    if (changes < least) [nearest, least] = [candidate, changes];
  }
  return nearest;
}

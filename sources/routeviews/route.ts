import type { Lines } from "../read.ts";

/** A route that a file offers; a reject where `reason` says why it is not used, with the prefix or range as it is written. */
export type Route = { prefix: string; asn: number | null; line: number; reason: string | undefined };

/** Reads one format. `end` is told whether the last line of the file has no end. */
export type RouteReader = {
  /** A prefix may stand in the file twice. */
  mayRepeat: boolean;
  read(batch: Lines, routes: Route[]): void;
  end(routes: Route[], isCut: boolean): void;
};

/** AS numbers that no route may come from; the bound of 1,000,000 is a heuristic that cuts leaked paths (pyasn has it too). */
export function whyNotRouted(asn: number): string | undefined {
  const isReserved = asn === 0 || asn === 23456 || (asn >= 64496 && asn <= 131071) || asn >= 1_000_000;
  return isReserved ? "reserved or impossible AS" : undefined;
}

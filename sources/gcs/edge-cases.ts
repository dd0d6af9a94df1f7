/**
 * What the generated log holds besides ordinary requests: row n of the log is of a kind where n % every === at. The amounts are
 * therefore known for any number of rows, and a test can compare them with what a build says.
 */
export const edgeCases = {
  duplicate: { every: 250, at: 25 }, // the row before, once more
  noAddress: { every: 250, at: 50 }, // a request of the service itself
  quotesInReferer: { every: 250, at: 190 },
  privateAddress: { every: 500, at: 75 },
  mappedAddress: { every: 500, at: 100 }, // IPv4 as ::ffff:a.b.c.d
  otherSpelling: { every: 500, at: 125 }, // an IPv6 address in capitals, zeros written out
  lineBreakInAgent: { every: 500, at: 175 },
  invalidAddress: { every: 1_000, at: 150 },
  missingField: { every: 10_000, at: 205 }, // this and what follows cannot be read
  extraField: { every: 10_000, at: 210 },
  bytesNotANumber: { every: 10_000, at: 215 },
  statusNotANumber: { every: 10_000, at: 220 },
  strayQuote: { every: 10_000, at: 225 },
  unclosedQuote: { every: 10_000, at: 230 },
} as const;

export type EdgeCase = keyof typeof edgeCases;

/** Kinds of records that no reader can read; each makes one reject. */
export const unreadable = [
  "missingField",
  "extraField",
  "bytesNotANumber",
  "statusNotANumber",
  "strayQuote",
  "unclosedQuote",
] as const satisfies EdgeCase[];

/** `sc_bytes` of every record that cannot be read; it counts as 0 in those where just that column does not read. */
export const unreadableBytes = 1_000;

/** The kind of a row; undefined for an ordinary request. */
export function edgeCaseOf(row: number): EdgeCase | undefined {
  return byPlace[row % longestPeriod];
}

/** How many rows of each kind a log of so many rows holds. */
export function amountsOf(rows: number): Record<EdgeCase, number> {
  const amounts = Object.entries(edgeCases).map(([kind, { every, at }]) => [
    kind,
    Math.ceil(Math.max(rows - at, 0) / every),
  ]);
  return Object.fromEntries(amounts);
}

const longestPeriod = 10_000;

const byPlace = Array.from({ length: longestPeriod }, (_, place) => {
  const found = Object.entries(edgeCases).find(([, { every, at }]) => place % every === at);
  return found?.[0] as EdgeCase | undefined;
});

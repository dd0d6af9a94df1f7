/** Thousands apart: `1,234,567`; decimals stay as they are. */
export function grouped(value: bigint | number | string): string {
  const [whole, ...decimals] = String(value).split(".");
  return [whole!.replace(/\B(?=(\d{3})+(?!\d))/g, ","), ...decimals].join(".");
}

/** `1 row`, `1,234 rows`. */
export function counted(count: bigint | number, one: string, many = `${one}s`): string {
  return `${grouped(count)} ${BigInt(count) === 1n ? one : many}`;
}

/** `0.42s`, `12.3s`, `2m 05s`. */
export function seconds(elapsedMs: number): string {
  const total = elapsedMs / 1000;
  if (total < 9.995) return `${total.toFixed(2)}s`;
  if (total < 59.95) return `${total.toFixed(1)}s`;
  const whole = Math.round(total);
  return `${Math.floor(whole / 60)}m ${String(whole % 60).padStart(2, "0")}s`;
}

/** `7s`, `2m 05s`, `1h 02m`: for a clock that runs. */
export function clockTime(elapsedMs: number): string {
  const total = Math.floor(elapsedMs / 1000);
  const two = (value: number) => String(value).padStart(2, "0");
  if (total < 60) return `${total}s`;
  if (total < 3600) return `${Math.floor(total / 60)}m ${two(total % 60)}s`;
  return `${Math.floor(total / 3600)}h ${two(Math.floor((total % 3600) / 60))}m`;
}

/** `812 B`, `61.3 MB`, in powers of 1000. */
export function bytes(count: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  let value = count;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit > 0 && value < 99.95 ? value.toFixed(1) : value.toFixed(0)} ${units[unit]}`;
}

/**
 * Figures of one column as a person reads them: whole numbers with their thousands apart; money with cents; other decimals with
 * four digits. All get the same number of decimals, so that they stand below each other; what would round to nothing is `<0.01`.
 * Text stays as it is, and so does a column that holds anything else than numbers.
 */
export function readable(name: string, values: readonly (string | null)[]): (string | null)[] {
  const numbers = values.filter((value) => value !== null);
  if (numbers.length === 0) return [...values];
  if (numbers.every((value) => /^-?\d+$/.test(value))) return values.map((value) => value && grouped(value));
  if (!numbers.every((value) => /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(value))) return [...values];
  const largest = Math.max(...numbers.map((value) => Math.abs(Number(value))));
  const isMoney = /(^|_)(usd|eur|gbp|chf|jpy|cny|inr)(_|$)/.test(name);
  const decimals = decimalsFor(largest, isMoney ? { fewest: 2, digits: 3 } : { fewest: 0, digits: 4 });
  return values.map((value) => value && shortened(value, decimals));
}

/** So many that the largest value has `digits` digits that say something, and no more than nine. */
function decimalsFor(largest: number, { fewest, digits }: { fewest: number; digits: number }): number {
  if (largest === 0) return fewest;
  const before = Math.floor(Math.log10(largest)) + 1;
  return Math.min(9, Math.max(fewest, digits - before));
}

function shortened(value: string, decimals: number): string {
  const rounded = roundHalfUp(/e/i.test(value) ? Number(value).toFixed(12) : value, decimals);
  const isNothing = !/[1-9]/.test(rounded);
  if (!isNothing || Number(value) === 0) return grouped(isNothing ? rounded.replace("-", "") : rounded);
  const least = (1 / 10 ** decimals).toFixed(decimals);
  return value.startsWith("-") ? `>-${least}` : `<${least}`;
}

/** Rounds decimal text of any length, away from zero at the half. */
function roundHalfUp(value: string, decimals: number): string {
  const [, sign = "", whole = "0", fraction = ""] = /^(-?)(\d+)(?:\.(\d*))?$/.exec(value)!;
  const kept = BigInt(whole + fraction.slice(0, decimals).padEnd(decimals, "0"));
  const digits = String(kept + (Number(fraction[decimals] ?? "0") >= 5 ? 1n : 0n)).padStart(decimals + 1, "0");
  return decimals === 0 ? sign + digits : `${sign}${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
}

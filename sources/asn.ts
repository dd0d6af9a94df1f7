/** An AS number as text: `15169`, `AS15169`, or `1.10` (asdot: high * 65536 + low). Undefined where it is none. */
export function parseAsn(text: string): number | undefined {
  const match = /^(?:AS)?(\d{1,10})(?:\.(\d{1,5}))?$/i.exec(text.trim());
  if (!match) return undefined;
  const [high, low] = [Number(match[1]), match[2] === undefined ? undefined : Number(match[2])];
  if (low === undefined) return high <= 0xffffffff ? high : undefined;
  return high <= 0xffff && low <= 0xffff ? high * 65536 + low : undefined;
}

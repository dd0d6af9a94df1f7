import type { Parser } from "../../runner/inputs/parser.ts";
import { readJson } from "../read.ts";

/** Of each entry only what the models need: names of people, phones and e-mails stand in the other fields. */
const parse: Parser = async ({ inputs, out }) => {
  for (const file of inputs.peeringdb_net ?? []) {
    const { data } = ((await readJson(file)) ?? {}) as { data?: unknown };
    if (!Array.isArray(data))
      throw new Error(`${file.name}: no list "data"; expected the answer of PeeringDB's /api/net`);
    for (const entry of data) {
      const { id, asn, name, website, updated, status } = (entry ?? {}) as Record<string, unknown>;
      const key = Number.isSafeInteger(id) ? (id as number) : null;
      const reason = whyNotUsed({ asn, name, updated, status });
      if (reason) await out.net_rejects!.write([key, reason, file.name]);
      else {
        const site = typeof website === "string" ? website : "";
        await out.net!.write([key, asn as number, name as string, site, updated as string]);
      }
    }
  }
};

export default parse;

function whyNotUsed({ asn, name, updated, status }: Record<string, unknown>): string | undefined {
  if (status !== "ok") return `status is ${String(status)}`;
  if (!Number.isInteger(asn) || (asn as number) < 0 || (asn as number) > 0xffffffff) return "asn is not an AS number";
  if (typeof name !== "string") return "no name";
  if (typeof updated !== "string" || !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(updated))
    return "updated is not a time";
  return undefined;
}

import type { Label, Outcome } from "../../runner/run/events.ts";

export const labels = {
  load: { id: "desk.loan @ warehouse", kind: "load", text: "source table desk.loan in warehouse" },
  seed: { id: "books @ postgres", kind: "seed", text: "seed books in postgres" },
  model: { id: "pyasn_ip_asn", kind: "model", text: "sql table model pyasn_ip_asn" },
  view: { id: "demand", kind: "model", text: "sql view model demand" },
  copy: { id: "pyasn_ip_asn -> warehouse", kind: "copy", text: "transfer pyasn_ip_asn to warehouse" },
  broken: { id: "usage", kind: "model", text: "sql table model usage" },
} as const satisfies Record<string, Label>;

export const testLabel = (name: string): Label => ({ id: name, kind: "test", text: `test ${name}` });

const sample = (total: bigint) => ({
  keptIn: "shop_20260131.failed__x",
  columns: ["asn", "c_ip", "rows_found"],
  rows: [
    ["15169", "***", "2"],
    ["8075", "***", "3"],
  ],
  total,
});

/** One of each kind of end. */
export const outcomes: Outcome[] = [
  { status: "ok", label: labels.load, rowCount: 1n, elapsedMs: 84 },
  { status: "ok", label: labels.model, rowCount: 732_433n, elapsedMs: 1_420 },
  { status: "ok", label: labels.copy, rowCount: 732_433n, elapsedMs: 65_000 },
  { status: "ok", label: labels.view, rowCount: undefined, elapsedMs: 12 },
  { status: "ok", label: testLabel("not_null_vendors_asn"), rowCount: undefined, elapsedMs: 30 },
  {
    status: "ok",
    label: { id: "demand/empty", kind: "unit-test", text: "unit test demand/empty" },
    rowCount: undefined,
    elapsedMs: 30,
  },
  {
    status: "warned",
    label: testLabel("unique_vendors_asn"),
    message: "2 rows fail of vendors.asn",
    elapsedMs: 31,
    sample: sample(2n),
  },
  {
    status: "failed",
    label: testLabel("accepted_values_usage_attributed_route_internet__google_cloud__unknown"),
    message: "1234 rows fail of usage_attributed.route",
    elapsedMs: 31,
    sample: sample(1_234n),
  },
  {
    status: "failed",
    label: testLabel("totals_agree"),
    message: 'column "byte" does not exist',
    elapsedMs: 2,
    sample: undefined,
  },
  {
    status: "failed",
    label: { id: "demand/two", kind: "unit-test", text: "unit test demand/two" },
    message: "other rows than expected",
    elapsedMs: 30,
    sample: undefined,
  },
  {
    status: "failed",
    label: labels.broken,
    message: 'models/bigquery/usage.sql:12:5: column "byte" does not exist\n  select byte\n         ^',
    elapsedMs: 9_000,
    sample: undefined,
  },
  { status: "skipped", label: testLabel("not_null_usage_bytes"), because: "usage" },
];

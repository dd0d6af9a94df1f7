import type { Mistake } from "../../errors.ts";
import type { ModelSettings } from "../header.ts";
import type { Model } from "../model.ts";
import type { Settings } from "../settings.ts";

/** What a model's settings say against each other; no other file is looked at. */
export function checkModel(model: Model, { value, placeOf, keyOf }: Settings<ModelSettings>): Mistake[] {
  const mistakes: Mistake[] = [];
  const { materialized, side } = model;
  const wrong = (setting: keyof ModelSettings, message: string, expected: string) =>
    mistakes.push({ place: keyOf([setting]), message, expected });

  if (model.published && materialized !== "table")
    wrong("published", `a ${materialized} is published`, "expected materialized: table");
  if (model.published && model.columns.length === 0)
    wrong("published", "the model is published, and declares no columns", "expected columns: with type and pii each");
  if (model.published) mistakes.push(...personalColumns(model, value?.columns ?? {}));
  if (model.exported && side === "warehouse")
    wrong("export", "export is for Postgres models, and this one is in the warehouse", "leave it out");
  if (model.exported && materialized === "ephemeral")
    wrong("export", "an ephemeral model has no rows to copy", "expected materialized: table");
  if (model.summary && materialized === "ephemeral")
    wrong("summary", "an ephemeral model has no rows to print", "expected materialized: table");
  if (model.takenFrom && materialized !== "table")
    wrong("taken_from", `a ${materialized} is taken from elsewhere`, "expected materialized: table");

  const only = {
    postgres: ["partition_by", "cluster_by", "labels"],
    warehouse: ["indexes", "primary_key", "unlogged"],
  } as const;
  const engine = side === "postgres" ? "BigQuery" : "Postgres";
  for (const setting of only[side])
    if (value?.[setting] !== undefined)
      wrong(
        setting,
        `${setting} is for ${engine} tables`,
        `leave it out of a model in ${model.file.split("/").slice(0, 2).join("/")}`,
      );
  for (const setting of [...only.postgres, ...only.warehouse])
    if (value?.[setting] !== undefined && materialized !== "table")
      wrong(
        setting,
        `${setting} needs a table, and this is ${materialized === "view" ? "a view" : "ephemeral"}`,
        "expected materialized: table",
      );

  const partition = model.columns.find(({ name }) => name === model.partitionBy);
  if (partition && !/^(date|timestamp|datetime)$/i.test(partition.type))
    mistakes.push({
      place: placeOf(["partition_by"]),
      message: `partition_by is a column of type ${partition.type}`,
      expected: "expected date, timestamp or datetime",
    });
  return mistakes;
}

/** Nothing said means personal, and what is personal is not published. */
function personalColumns(model: Model, settings: NonNullable<ModelSettings["columns"]>): Mistake[] {
  return model.columns
    .filter(({ pii }) => pii.kind === "personal")
    .map(({ name, place }) => ({
      place,
      message:
        settings[name]?.pii === undefined
          ? `column "${name}" is published without pii`
          : `column "${name}" is personal and published`,
      expected: "expected pii: none, or a declassifier such as {aggregate: {min_group: 20, size: column}}",
    }));
}

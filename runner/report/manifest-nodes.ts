import { createHash } from "node:crypto";
import { dirname, relative } from "node:path/posix";
import { loadedTable } from "../plan/node.ts";
import type { Config } from "../project/config.ts";
import type { Model, Query, SqlTest, Test, Threshold } from "../project/model.ts";
import type { Project } from "../project/project.ts";
import type { Seed } from "../project/seed.ts";
import type { LoadedColumn, Source, SourceTable } from "../project/source.ts";
import type { UnitTest } from "../project/unit-test.ts";
import { relationName, uniqueIdsOf } from "./dbt.ts";

/** Makes the nodes of a manifest, each with every key that dbt's form has. `createdAt` is in seconds since 1970. */
export function nodeMaker(project: Project, { name: packageName, createdAt }: { name: string; createdAt: number }) {
  const { config } = project;
  const ids = uniqueIdsOf(project, packageName);
  const warehouse = { database: databaseOf(config, "warehouse"), schema: config.dataset };

  return {
    model(model: Model, text: string) {
      const contract = { enforced: model.columns.length > 0, alias_types: true };
      const { side: engine, published, exported, summary } = model;
      const meta = {
        engine,
        published,
        export: exported,
        summary,
        partition_by: model.partitionBy ?? null,
        cluster_by: model.clusterBy,
      };
      return {
        ...common({
          name: model.name,
          type: "model" as const,
          file: model.file,
          root: "models",
          id: ids.model(model.name),
          text,
        }),
        database: databaseOf(config, model.side),
        config: {
          ...settings(model.tags),
          materialized: model.materialized,
          unique_key: model.grain.length > 0 ? model.grain : null,
          contract,
          meta,
        },
        tags: model.tags,
        description: model.description ?? "",
        columns: Object.fromEntries(
          model.columns.map((column) => [
            column.name,
            columnOf(column, { pii: column.pii.kind, crosses: column.crosses }),
          ]),
        ),
        meta,
        relation_name: model.published
          ? relationName(config, "warehouse", { dataset: config.dataset, name: model.name })
          : null,
        ...compiledParts(model),
        contract: { ...contract, checksum: null },
        access: model.published ? "public" : "protected",
        constraints: [],
        version: null,
        latest_version: null,
        deprecation_date: null,
        defer_relation: null,
        primary_key: model.primaryKey.length > 0 ? model.primaryKey : model.grain,
      };
    },

    seed(seed: Seed) {
      const data = createHash("sha256").update(JSON.stringify(seed.rows)).digest("hex");
      return {
        ...common({
          name: seed.name,
          type: "seed" as const,
          file: seed.dataFiles[0] ?? seed.file,
          root: "seeds",
          id: ids.seed(seed.name),
          text: "",
        }),
        ...warehouse,
        patch_path: `${packageName}://${seed.file}`,
        checksum: { name: "sha256", checksum: data },
        config: { ...settings(seed.tags), materialized: "seed", delimiter: ",", quote_columns: null },
        tags: seed.tags,
        description: seed.description ?? "",
        columns: loadedColumns(seed.columns),
        meta: {},
        relation_name: null,
        root_path: config.projectDir,
        depends_on: { macros: [] },
        defer_relation: null,
      };
    },

    columnTest(test: Test, model: Model) {
      const reads = [model.name, ...(test.to ? [test.to.model] : [])];
      const kwargs = {
        model: `{{ ref('${model.name}') }}`,
        ...(test.columns.length === 1
          ? { column_name: test.columns[0] }
          : test.columns.length > 1
            ? { columns: test.columns }
            : {}),
        ...(test.values ? { values: test.values } : {}),
        ...(test.to ? { to: `ref('${test.to.model}')`, field: test.to.column } : {}),
        ...(test.expression ? { expression: test.expression } : {}),
      };
      return {
        ...common({
          name: test.name,
          type: "test" as const,
          file: model.file,
          root: "models",
          id: ids.columnTest(test.name),
          text: "",
        }),
        database: databaseOf(config, model.side),
        path: `${test.name}.sql`,
        config: testSettings(test, test.where ?? null),
        tags: [],
        description: "",
        columns: {},
        meta: {},
        relation_name: null,
        ...compiledParts({ reads, readsSources: [] }),
        contract: noContract,
        column_name: test.columns.length === 1 ? test.columns[0]! : null,
        file_key_name: `models.${model.name}`,
        attached_node: ids.model(model.name),
        test_metadata: { name: test.kind, kwargs, namespace: null },
      };
    },

    sqlTest(test: SqlTest, text: string) {
      return {
        ...common({
          name: test.name,
          type: "test" as const,
          file: test.file,
          root: "test",
          id: ids.sqlTest(test.name),
          text,
        }),
        database: databaseOf(config, test.side),
        config: testSettings(test, null),
        tags: [],
        description: test.description ?? "",
        columns: {},
        meta: {},
        relation_name: null,
        ...compiledParts(test),
        contract: noContract,
      };
    },

    source(source: Source, table: SourceTable) {
      return {
        ...warehouse,
        name: table.name,
        resource_type: "source" as const,
        package_name: packageName,
        path: source.file,
        original_file_path: source.file,
        unique_id: ids.source(source.name, table.name),
        fqn: [packageName, source.name, table.name],
        source_name: source.name,
        source_description: source.description ?? "",
        loader: source.parser,
        identifier: loadedTable(source.name, table.name),
        quoting: { database: null, schema: null, identifier: null, column: null },
        loaded_at_field: null,
        freshness: null,
        external: null,
        description: table.description ?? "",
        columns: loadedColumns(table.columns),
        meta: { rejects: table.rejects },
        source_meta: { attribution: source.attribution },
        tags: source.tags,
        config: { enabled: true },
        patch_path: null,
        unrendered_config: {},
        relation_name: null,
        created_at: createdAt,
      };
    },

    unitTest(test: UnitTest) {
      const rows = (given: readonly Record<string, string | null>[]) => ({
        rows: given.map((row) => ({ ...row })),
        format: "dict",
        fixture: null,
      });
      const inputOf = (name: string) =>
        name.includes(".") ? `source('${name.replace(".", "', '")}')` : `ref('${name}')`;
      return {
        model: test.model,
        given: Object.entries(test.given).map(([name, given]) => ({ input: inputOf(name), ...rows(given) })),
        expect: rows(test.expect),
        name: test.name.slice(test.model.length + 1),
        resource_type: "unit_test" as const,
        package_name: packageName,
        path: relative("test", test.file),
        original_file_path: test.file,
        unique_id: ids.unitTest(test.name),
        fqn: [packageName, ...test.name.split("/")],
        description: test.description ?? "",
        overrides: { macros: {}, vars: test.vars, env_vars: {} },
        depends_on: { macros: [], nodes: [ids.model(test.model)] },
        config: { tags: [], meta: {} },
        checksum: null,
        schema: config.dataset,
        created_at: createdAt,
        versions: null,
        version: null,
      };
    },
  };

  function common<T extends string>({
    name,
    type,
    file,
    root,
    id,
    text,
  }: {
    name: string;
    type: T;
    file: string;
    root: string;
    id: string;
    text: string;
  }) {
    const path = relative(root, file);
    const folders = dirname(path) === "." ? [] : dirname(path).split("/");
    return {
      schema: config.dataset,
      name,
      resource_type: type,
      package_name: packageName,
      path,
      original_file_path: file,
      unique_id: id,
      fqn: [packageName, ...folders, name],
      alias: name,
      checksum: { name: "sha256", checksum: createHash("sha256").update(text).digest("hex") },
      group: null,
      docs: { show: true, node_color: null },
      patch_path: null as string | null,
      build_path: null,
      unrendered_config: {},
      created_at: createdAt,
      config_call_dict: {},
      raw_code: text,
    };
  }

  function compiledParts({ reads, readsSources }: Pick<Query, "reads" | "readsSources">) {
    const nodes = [...reads.map(ids.ref), ...readsSources.map(({ source, table }) => ids.source(source, table))];
    return {
      language: "sql",
      refs: reads.map((read) => ({ name: read, package: null, version: null })),
      sources: readsSources.map(({ source, table }) => [source, table]),
      metrics: [],
      depends_on: { macros: [], nodes: [...new Set(nodes)] },
      compiled_path: null,
      compiled: false,
      compiled_code: null,
      extra_ctes_injected: false,
      extra_ctes: [],
      _pre_injected_sql: null,
    };
  }
}

/** Settings that every node has in dbt, as they are where nobody sets them. */
function settings(tags: readonly string[]) {
  return {
    enabled: true,
    alias: null,
    schema: null,
    database: null,
    tags: [...tags],
    meta: {},
    group: null,
    materialized: "table",
    incremental_strategy: null,
    persist_docs: { relation: true, columns: true },
    "post-hook": [],
    "pre-hook": [],
    quoting: {},
    column_types: {},
    full_refresh: null,
    unique_key: null as string[] | null,
    on_schema_change: "ignore",
    on_configuration_change: "apply",
    grants: {},
    packages: [],
    docs: { show: true, node_color: null },
    contract: { enforced: false, alias_types: true },
  };
}

function testSettings(
  { severity, warnIf, errorIf }: Pick<Test, "severity" | "warnIf" | "errorIf">,
  where: string | null,
) {
  return {
    enabled: true,
    alias: null,
    schema: null,
    database: null,
    tags: [],
    meta: {},
    group: null,
    materialized: "test",
    severity,
    store_failures: true,
    store_failures_as: "table",
    where,
    limit: null,
    fail_calc: "count(*)",
    warn_if: thresholdText(warnIf),
    error_if: thresholdText(errorIf),
  };
}

function thresholdText({ operator, value }: Threshold): string {
  return `${operator} ${value}`;
}

const noContract = { enforced: false, alias_types: true, checksum: null };

function columnOf({ name, type, description }: LoadedColumn, meta: Record<string, unknown>) {
  return { name, description: description ?? "", meta, data_type: type, constraints: [], quote: null, tags: [] };
}

function loadedColumns(columns: readonly LoadedColumn[]) {
  return Object.fromEntries(columns.map((column) => [column.name, columnOf(column, {})]));
}

/** The database of an address in the environment is not told: the address holds a password. */
function databaseOf({ postgres, warehouse, target }: Config, side: "postgres" | "warehouse"): string | null {
  if (side === "postgres") return postgres.kind === "embedded" ? postgres.database : null;
  return warehouse.kind === "bigquery" ? warehouse.project : target;
}

import type { Warehouse } from "../engines/engine.ts";
import { NotStartedError } from "../errors.ts";
import { type Nodes, nodesOf } from "../plan/node.ts";
import type { Model } from "../project/model.ts";
import type { Project } from "../project/project.ts";
import { quotedName } from "../project/render.ts";

/**
 * The nodes of the project, with models that are taken from another dataset looked up in the warehouse: one that is not there and
 * may be missing stands for an empty table of its declared columns. Throws NotStartedError for one that has to be there.
 */
export async function nodesFor(project: Project, warehouse: Warehouse | undefined): Promise<Nodes> {
  const empty = new Map<string, Model>();
  for (const model of project.models.values()) {
    const dataset = model.takenFrom && project.config.environment[model.takenFrom.env];
    if (!model.takenFrom || !dataset || !warehouse) continue;
    if ((await warehouse.columns({ dataset, name: model.name })).length > 0) continue;
    if (model.takenFrom.ifMissing === "fail")
      throw new NotStartedError(
        `${model.takenFrom.env} is ${dataset}, which has no table ${model.name}; name a dataset that has it, or unset the variable to build it`,
      );
    empty.set(model.name, emptyModel(model));
  }
  return nodesOf({
    ...project,
    models: new Map([...project.models].map(([name, model]) => [name, empty.get(name) ?? model])),
  });
}

function emptyModel(model: Model): Model {
  const columns = model.columns.map(({ name, type }) => `cast(null as ${type}) as ${quotedName(model.side, name)}`);
  const text = `select * from (select ${columns.join(", ")}) as nothing where false`;
  return {
    ...model,
    takenFrom: undefined,
    reads: [],
    readsSources: [],
    vars: [],
    pieces: [{ kind: "text", text, place: model.place }],
  };
}

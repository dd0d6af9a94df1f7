import { createHash } from "node:crypto";
import { mkdir, readdir, rename, rm, stat } from "node:fs/promises";
import { basename, isAbsolute, join, resolve as resolvePath } from "node:path";
import { messageOf, NotStartedError } from "../errors.ts";
import type { Config } from "../project/config.ts";
import type { Input, Source } from "../project/source.ts";
import type { RecordedInputs } from "../records/records.ts";
import { type ContentHashes, openContentHashes } from "./content.ts";
import type { InputFile } from "./parser.ts";
import { codeHash } from "./parser-hash.ts";
import { isKept, keep, keptPath } from "./store.ts";
import { inThread } from "./thread.ts";

export type ResolvedFile = InputFile & { hash: string; bytes: number };

/** What the inputs of one source are for this build: one hash, and the files behind it, in the order a parser is given them. */
export type ResolvedSource = { hash: string; inputs: Record<string, { hash: string; files: ResolvedFile[] }> };

export type ResolvedInputs = Map<string, ResolvedSource>;

/**
 * Finds and hashes the files of every input of these sources. `pinned` are the inputs of an earlier build, to be used again:
 * from the store, or from where they lie if the content is the same. Throws NotStartedError naming all inputs that are missing,
 * each with what to put there.
 */
export async function resolveInputs(
  sources: readonly Source[],
  options: {
    config: Config;
    allSources: ReadonlyMap<string, Source>;
    pinned?: RecordedInputs | undefined;
    signal: AbortSignal;
  },
): Promise<ResolvedInputs> {
  const { config, pinned, signal } = options;
  const hashes = await openContentHashes(config.stateDir);
  const missing: string[] = [];
  const found: ResolvedInputs = new Map();
  for (const source of sources) {
    const inputs: ResolvedSource["inputs"] = {};
    for (const input of source.inputs) {
      try {
        const files = await filesOf(source, input);
        inputs[input.name] = { hash: hashOfFiles(input, files), files };
      } catch (error) {
        if (!(error instanceof NotStartedError)) throw error;
        missing.push(error.message);
      }
    }
    const byInput = Object.fromEntries(Object.entries(inputs).map(([name, { hash }]) => [name, hash]));
    found.set(source.name, { hash: sourceHash(source, byInput, config.vars), inputs });
  }
  await hashes.save();
  if (missing.length > 0) throw new NotStartedError(missing.join("\n"));
  return found;

  async function filesOf(source: Source, input: Input): Promise<ResolvedFile[]> {
    const record = pinned?.[`${source.name}.${input.name}`];
    const named = config.vars[input.name];
    if (record) {
      const kept = await pinnedFiles(record, input, named);
      if (kept) return kept;
    }
    if (named !== undefined && named !== null && named !== "")
      return await hashed(await namedFiles(input, named), hashes);
    if (!config.bundledInputs || !input.bundled)
      throw new NotStartedError(
        `${input.name} is not set: it takes ${input.what}; say --vars '${input.name}: <${input.kind === "files" ? "list of files" : input.kind}>' or set it in targets.yaml under ${config.target}`,
      );
    if ("files" in input.bundled) {
      const paths = input.bundled.files.map((file) => resolvePath(config.projectDir, file));
      return await hashed(await existing(input, paths), hashes);
    }
    return await generated(input, input.bundled);
  }

  async function pinnedFiles(
    record: RecordedInputs[string],
    input: Input,
    named: unknown,
  ): Promise<ResolvedFile[] | undefined> {
    const inStore = await Promise.all(record.files.map(({ hash }) => isKept(config.stateDir, hash)));
    if (record.files.length > 0 && inStore.every(Boolean))
      return record.files.map((file) => ({ ...file, path: keptPath(config.stateDir, file.hash) }));
    const present = await presentFiles(input, named).catch(() => undefined);
    if (present && hashOfFiles(input, present) === record.hash) return present;
    throw new NotStartedError(
      `${input.name}: the files that the earlier build read are gone (content ${record.hash.slice(0, 12)}); say --fetch to take the present ones`,
    );
  }

  async function presentFiles(input: Input, named: unknown): Promise<ResolvedFile[] | undefined> {
    if (named !== undefined && named !== null && named !== "")
      return await hashed(await namedFiles(input, named), hashes);
    if (!config.bundledInputs || !input.bundled) return undefined;
    if ("files" in input.bundled)
      return await hashed(
        input.bundled.files.map((file) => resolvePath(config.projectDir, file)),
        hashes,
      );
    return await generated(input, input.bundled);
  }

  async function namedFiles(input: Input, named: unknown): Promise<string[]> {
    const values = Array.isArray(named) ? named.map(String) : [String(named)];
    const paths = values.map((value) => (isAbsolute(value) ? value : resolvePath(config.projectDir, value)));
    if (input.kind === "folder") return await filesInFolder(input, paths[0]!);
    if (input.kind === "file" && paths.length > 1)
      throw new NotStartedError(`${input.name} takes one file, ${paths.length} are named; it is ${input.what}`);
    return await existing(input, paths);
  }

  /** The files of a generated input are written once, under the hash of everything they come from. */
  async function generated(
    input: Input,
    bundled: Extract<Input["bundled"], { generator: string }>,
  ): Promise<ResolvedFile[]> {
    const generator = join(config.projectDir, bundled.generator);
    const reads: Record<string, ResolvedFile[]> = {};
    const readHashes: [string, string][] = [];
    for (const name of bundled.reads) {
      const owner = [...options.allSources.values()].find(({ inputs }) => inputs.some((other) => other.name === name))!;
      const read = owner.inputs.find((other) => other.name === name)!;
      const files = await filesOf(owner, read);
      reads[name] = files;
      readHashes.push([name, hashOfFiles(read, files)]);
    }
    const vars = Object.fromEntries(bundled.vars.map((name) => [name, config.vars[name] ?? null]));
    const hash = digest(JSON.stringify([await codeHash(config.projectDir, bundled.generator), readHashes, vars]));
    const folder = join(config.stateDir, "inputs", `${input.name}-${hash.slice(0, 16)}`);
    if (!(await isFolder(folder))) {
      const making = `${folder}.${process.pid}`;
      await rm(making, { recursive: true, force: true });
      await mkdir(making, { recursive: true });
      await inThread({ kind: "generate", module: generator, folder: making, inputs: reads, vars }, signal);
      await rename(making, folder);
    }
    const names = (await readdir(folder)).sort();
    // What a generator makes is known by what it is made from, so its files are not read to be hashed.
    return names.map((name) => ({ name, path: join(folder, name), hash: digest(`${hash} ${name}`), bytes: 0 }));
  }
}

/** One hash for all inputs of a source and the vars that its parser is given. */
function sourceHash(source: Source, byInput: Record<string, string>, vars: Config["vars"]): string {
  return digest(
    JSON.stringify([
      source.inputs.map(({ name }) => [name, byInput[name] ?? null]),
      source.vars.map((name) => [name, vars[name] ?? null]),
    ]),
  );
}

/** The hash that a source had in an earlier build, without its files; undefined where that build did not record it. */
export function pinnedHash(source: Source, pinned: RecordedInputs, vars: Config["vars"]): string | undefined {
  const byInput = Object.fromEntries(source.inputs.map(({ name }) => [name, pinned[`${source.name}.${name}`]?.hash]));
  if (Object.values(byInput).includes(undefined)) return undefined;
  return sourceHash(source, byInput as Record<string, string>, vars);
}

/** What the records keep of the inputs: no path, so that the same content elsewhere is the same input. */
export function recordedInputs(resolved: ResolvedInputs): RecordedInputs {
  return Object.fromEntries(
    [...resolved].flatMap(([source, { inputs }]) =>
      Object.entries(inputs).map(([name, { hash, files }]) => [
        `${source}.${name}`,
        { hash, files: files.map(({ name: file, hash: content, bytes }) => ({ name: file, hash: content, bytes })) },
      ]),
    ),
  );
}

/** Puts what may be kept into the store; inputs that say `keep: false` are only recorded. */
export async function keepInputs(
  resolved: ResolvedInputs,
  sources: ReadonlyMap<string, Source>,
  stateDir: string,
): Promise<void> {
  for (const [name, { inputs }] of resolved)
    for (const input of sources.get(name)!.inputs) {
      const generated = input.bundled && "generator" in input.bundled;
      if (!input.keep || generated) continue;
      for (const { path, hash } of inputs[input.name]!.files) await keep(stateDir, path, hash);
    }
}

async function filesInFolder(input: Input, folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((error: unknown) => {
    throw new NotStartedError(
      `${input.name}: cannot read the folder ${folder}: ${messageOf(error)}; put there ${input.what}`,
    );
  });
  const fitting = names.filter((name) => !input.pattern || input.pattern.test(name)).sort();
  if (fitting.length === 0)
    throw new NotStartedError(
      `${input.name}: none of the ${names.length} names in ${folder} is that of an input; put there ${input.what}`,
    );
  return fitting.map((name) => join(folder, name));
}

async function existing(input: Input, paths: string[]): Promise<string[]> {
  for (const path of paths) {
    const isFile = await stat(path).then(
      (found) => found.isFile(),
      () => false,
    );
    if (!isFile) throw new NotStartedError(`${input.name}: there is no file ${path}; put there ${input.what}`);
  }
  return paths;
}

async function hashed(paths: readonly string[], hashes: ContentHashes): Promise<ResolvedFile[]> {
  const files: ResolvedFile[] = [];
  for (const path of paths) files.push({ path, name: basename(path), ...(await hashes.of(path)) });
  return files;
}

async function isFolder(path: string): Promise<boolean> {
  return await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

/** Content and order make the hash. Names of objects in a folder count, since rejects name them; where a file lies never does. */
function hashOfFiles(input: Input, files: readonly { name: string; hash: string }[]): string {
  return digest(JSON.stringify(files.map(({ name, hash }) => (input.kind === "folder" ? [name, hash] : hash))));
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

import type { Graph, GraphConstant, GraphNode } from '#domain/graph.ts';
import { CheckpointError } from '#domain/problem.ts';
import type { OpenOptions } from '#formats/open-options.ts';
import type { ByteSource } from '#io/byte-source.ts';
import { type ExportArchive, openArchive } from './archive.ts';
import { Builder } from './builder.ts';
import { functional, tensorsOf } from './functional.ts';
import { aliasesOf, partsOf } from './graph-parts.ts';
import { inlined } from './inline.ts';
import { parsePayloads } from './payloads.ts';
import { type ExportedNode, foreignVersion, type Program, parseProgram } from './program.ts';
import { readPayload } from './read-payload.ts';
import { translationOf } from './translations.ts';

/** Constants are lifted numbers and small buffers; what is larger belongs into the weights. */
const MAX_CONSTANTS = 2 ** 28;

/**
 * The graph of an exported program. Parameters and persistent buffers are asked for by the names of
 * the state dict; constants and other buffers come from the file. Throws `unfit` with every op and
 * argument that it does not know.
 */
export async function openGraph(source: ByteSource, { signal }: OpenOptions = {}): Promise<Graph> {
  const archive = await openArchive(source, signal);
  const document = await archive.readDescription(signal);
  const version = foreignVersion(document);
  const { path } = source;
  if (version !== null) {
    const feature = `version ${version} of the torch.export schema (it reads version 8)`;
    throw new CheckpointError({ kind: 'unsupported', feature }, { path });
  }
  const { program, reasons: writes } = functional(inlined(parseProgram(document)));
  const live = liveNodes(program);
  const { nodes, reasons: gaps } = translate(program, live, path);
  const reasons = [...writes, ...gaps];
  if (reasons.length > 0) {
    throw new CheckpointError({ kind: 'unfit', reasons: [...new Set(reasons)] }, { path });
  }
  const weights = await archive.readPayloads('weights', signal);
  const aliases = weights ? aliasesOf(parsePayloads(weights, archive, 'weights')) : new Map();
  const parts = partsOf(program, nodes, aliases);
  return {
    title: `${path.slice(path.lastIndexOf('/') + 1)} · torch.export`,
    ...parts.graph,
    constants: await readConstants(archive, parts.constants, signal),
    notes: notesOf(parts.graph.parameters),
  };
}

/** Weights of less precision are computed with in float32. */
function notesOf(parameters: Graph['parameters']): Graph['notes'] {
  const dtypes = new Set([...parameters.values()].map(({ dtype }) => dtype));
  const low = [...dtypes].find((dtype) => dtype === 'float16' || dtype === 'bfloat16');
  return low ? [{ code: 'precision', policy: low }] : [];
}

/** Nodes that the outputs depend on; what a training would keep count of is left out. */
function liveNodes({ nodes, outputs }: Program): readonly ExportedNode[] {
  const wanted = new Set(outputs.flatMap(({ value }) => value ?? []));
  const live: ExportedNode[] = [];
  for (const node of nodes.toReversed()) {
    if (!node.outputs.some((output) => output !== null && wanted.has(output))) continue;
    for (const value of tensorsOf(node)) wanted.add(value);
    live.push(node);
  }
  return live.reverse();
}

interface Translated {
  readonly nodes: readonly GraphNode[];
  readonly reasons: readonly string[];
}

/** All nodes, and all that stands in the way. */
function translate(program: Program, live: readonly ExportedNode[], path: string): Translated {
  const builder = new Builder(program, path);
  const reasons = sideEffects(program);
  for (const node of live) {
    const translation = translationOf(node.target);
    if (!translation) {
      reasons.push(`${node.target} is not supported`);
      continue;
    }
    const context = builder.context(node);
    try {
      translation(context);
      for (const name of context.args.unread()) context.refuse(`${name} is not understood`);
    } catch (error) {
      if (!(error instanceof CheckpointError) || error.problem.kind !== 'unfit') throw error;
      reasons.push(...error.problem.reasons);
    }
  }
  const { nodes } = builder;
  return { nodes, reasons: reasons.length > 0 ? reasons : gapsOf(program, nodes) };
}

/** What the program writes besides its outputs would not be there at the next batch. */
function sideEffects({ outputs, inputs }: Program): string[] {
  const effects = outputs.flatMap(({ kind, name }) => {
    if (kind === 'buffer_mutation') {
      return [`it changes its buffer ${name}: exported in train mode, or a model with a state`];
    }
    // an input belongs to whoever gave it
    return /^user_output$|^token$|^user_input_mutation$/.test(kind)
      ? []
      : [`an output of kind ${kind}`];
  });
  const objects = inputs.filter(({ kind }) => kind === 'custom_obj');
  return [...effects, ...objects.map(() => 'an object of a custom class')];
}

/** Values that are read and never computed, as the indices of a maximum. */
function gapsOf(program: Program, nodes: readonly GraphNode[]): string[] {
  const known = new Set(program.inputs.flatMap(({ value }) => value ?? []));
  const gaps: string[] = [];
  for (const { inputs, outputs, source } of nodes) {
    for (const input of inputs) {
      if (input !== null && !known.has(input)) gaps.push(`${source} needs ${input}`);
    }
    for (const output of outputs) known.add(output);
  }
  for (const { kind, value } of program.outputs) {
    if (kind === 'user_output' && value !== null && !known.has(value)) {
      gaps.push(`the output ${value} is not computed`);
    }
  }
  return gaps;
}

async function readConstants(
  archive: ExportArchive,
  names: ReadonlyMap<string, string>,
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, GraphConstant>> {
  const constants = new Map<string, GraphConstant>();
  if (names.size === 0) return constants;
  const { path } = archive.source;
  const config = await archive.readPayloads('constants', signal);
  if (!config) {
    const feature = 'constants that an older torch has pickled';
    throw new CheckpointError({ kind: 'unsupported', feature }, { path });
  }
  const payloads = parsePayloads(config, archive, 'constants');
  let total = 0;
  for (const [value, name] of names) {
    const payload = payloads.get(name);
    if (!payload) throw new CheckpointError({ kind: 'missing', path: name }, { path });
    const { dtype, shape, bytes } = payload.info;
    total += bytes;
    if (total > MAX_CONSTANTS) {
      const limit = MAX_CONSTANTS;
      throw new CheckpointError(
        { kind: 'too-large', what: 'constants', size: total, limit },
        { path },
      );
    }
    constants.set(value, { dtype, shape, bytes: await readPayload(archive, payload, { signal }) });
  }
  return constants;
}

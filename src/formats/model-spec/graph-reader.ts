import type { Graph } from '#domain/graph.ts';
import { MODEL_SPEC } from '#domain/model-spec.ts';
import { CheckpointError } from '#domain/problem.ts';
import { type LocatedJson, parseLocatedJson } from '#encodings/located-json.ts';
import type { OpenOptions } from '#formats/open-options.ts';
import type { ByteSource } from '#io/byte-source.ts';
import { baseOf } from '#io/path.ts';
import { Builder, type Value } from './builder.ts';
import { documentFields, inputFields, outputFields } from './document.ts';
import { Faults, readFields } from './fields.ts';
import { addLayers } from './layer-list.ts';

/** Written by hand: a network of 1000 layers has about 100 kB. */
const MAX_SPEC = 2 ** 22;

/**
 * The graph of a model spec. Throws `unfit` with everything that is wrong with it, each with its path, line and
 * column; `malformed` for what is no JSON.
 */
export async function openGraph(source: ByteSource, { signal }: OpenOptions = {}): Promise<Graph> {
  const { path, size } = source;
  if (size > MAX_SPEC) {
    throw new CheckpointError(
      { kind: 'too-large', what: 'model spec', size, limit: MAX_SPEC },
      { path },
    );
  }
  const bytes = await source.read(0, size, signal);
  return graphOfSpec(parseLocatedJson(textOf(bytes, path), { path }), path);
}

function textOf(bytes: Uint8Array, path: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new CheckpointError({ kind: 'malformed', what: 'no text in UTF-8' }, { path }, { cause });
  }
}

function graphOfSpec(document: LocatedJson, path: string): Graph {
  const faults = new Faults();
  const refuse = (): never => {
    throw new CheckpointError({ kind: 'unfit', reasons: faults.reasons }, { path });
  };
  const version = document.members.get('cairn');
  if (version && typeof version.value === 'string' && version.value !== MODEL_SPEC) {
    faults.add(version, `must be ${MODEL_SPEC}: this Cairn knows no other`);
    return refuse();
  }
  const spec = readFields(document, documentFields, faults);
  const inputs = inputsOf(document, faults);
  const builder = new Builder();
  const values = new Map<string, Value | null>(
    inputs.map(({ name, shape, dtype }) => [name, { name, shape, dtype }]),
  );
  const last = addLayers(document.members.get('layers'), { builder, values, faults });
  const output = outputOf(document, { values, last, faults });
  for (const { name } of inputs) {
    if (builder.parameters.has(name)) faults.add(document, `calls an input as a tensor, ${name}`);
  }
  for (const clash of builder.clashes) faults.add(document, clash);
  if (faults.count > 0 || !spec || !output) return refuse();
  return {
    title: `${spec.title === '' ? baseOf(path) : spec.title} · model spec`,
    inputs: inputs.map(({ name, shape, dtype }) => ({ name, dtype, shape: [null, ...shape] })),
    outputs: [output],
    parameters: builder.parameters,
    constants: new Map(),
    nodes: builder.nodes,
    batch: null,
    notes: [],
  };
}

function inputsOf(document: LocatedJson, faults: Faults): readonly Value[] {
  const seen = new Set<string>();
  const items = document.members.get('inputs')?.items ?? [];
  return items.flatMap((item) => {
    const input = readFields(item, inputFields, faults);
    if (!input) return [];
    if (seen.has(input.name)) faults.add(item, `is another input called ${input.name}`);
    seen.add(input.name);
    return [input];
  });
}

interface Made {
  readonly values: ReadonlyMap<string, Value | null>;
  /** Name of the last layer. */
  readonly last: string | undefined;
  readonly faults: Faults;
}

function outputOf(
  document: LocatedJson,
  { values, last, faults }: Made,
): Graph['outputs'][number] | null {
  const node = document.members.get('output');
  const read = node
    ? readFields(node, outputFields, faults)
    : { layer: null, means: 'logits' as const };
  if (!read) return null;
  const name = read.layer ?? last;
  if (name === undefined) return null;
  const value = values.get(name);
  if (value === undefined) {
    faults.add(node?.members.get('layer') ?? document, `names ${name}, and no layer is called so`);
  }
  return value ? { name: value.name, means: read.means } : null;
}

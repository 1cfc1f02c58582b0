import type { Graph } from '#domain/graph.ts';
import { CheckpointError } from '#domain/problem.ts';
import { type JsonNode, parseJson } from '#encodings/json-node.ts';
import { needed } from '#formats/tensorflow-graph/needed.ts';
import type { ByteSource } from '#io/byte-source.ts';
import { Config } from './config.ts';
import { Network } from './network.ts';

/** Names of a million classes. */
const MAX_CONFIG = 64_000_000;

type Build = (network: Network) => void;

/** Loaded one by one: a run has one kind of model. */
const MODELS: Readonly<Record<string, () => Promise<Build>>> = {
  bert: async () => (await import('./models/bert.ts')).bert,
  roberta: async () => (await import('./models/bert.ts')).roberta,
  'xlm-roberta': async () => (await import('./models/bert.ts')).roberta,
  distilbert: async () => (await import('./models/distilbert.ts')).distilbert,
  gpt2: async () => (await import('./models/gpt2.ts')).gpt2,
  opt: async () => (await import('./models/opt.ts')).opt,
  llama: async () => (await import('./models/llama.ts')).llama,
  mistral: async () => (await import('./models/llama.ts')).mistral,
  qwen2: async () => (await import('./models/llama.ts')).qwen2,
  qwen3: async () => (await import('./models/llama.ts')).qwen3,
  vit: async () => (await import('./models/vit.ts')).vit,
};

export async function readJson(
  source: ByteSource,
  signal: AbortSignal | undefined,
): Promise<JsonNode> {
  const { path, size } = source;
  if (size > MAX_CONFIG) {
    const problem = {
      kind: 'too-large',
      what: 'a configuration',
      size,
      limit: MAX_CONFIG,
    } as const;
    throw new CheckpointError(problem, { path });
  }
  return parseJson(await source.read(0, size, signal), { path });
}

export function titleOf(root: JsonNode): string {
  const [name] = root.find('architectures')?.list() ?? [];
  return name?.text() ?? root.find('model_type')?.text() ?? 'transformers';
}

/** @param prepare is called before anything is built */
export async function networkOf(
  root: JsonNode,
  path: string,
  prepare: (network: Network) => void = () => undefined,
): Promise<Network> {
  const type = root.get('model_type').text();
  const build = Object.hasOwn(MODELS, type) ? MODELS[type] : undefined;
  if (!build) {
    const reasons = [`models of the type ${type} are not supported`];
    throw new CheckpointError({ kind: 'unfit', reasons }, { path });
  }
  const config = new Config(root);
  const quantized = config.find('quantization_config');
  if (quantized) config.reasons.push('quantization_config: quantized weights are not supported');
  const network = new Network(config);
  prepare(network);
  (await build())(network);
  return network;
}

/** Throws `unfit` with every key that stands in the way. */
export function graphOf(
  network: Network,
  { path, title }: { readonly path: string; readonly title: string },
): Graph {
  const { config, inputs, outputs, parameters } = network;
  const reasons = [
    ...config.reasons,
    ...config.unread().map((key) => `the key ${key} of the configuration is not understood`),
  ];
  if (reasons.length > 0) {
    throw new CheckpointError({ kind: 'unfit', reasons: [...new Set(reasons)] }, { path });
  }
  const nodes = needed(
    network.nodes,
    outputs.map(({ name }) => name),
  );
  return {
    title,
    inputs,
    outputs,
    parameters,
    constants: new Map(),
    nodes,
    batch: null,
    notes: [],
  };
}

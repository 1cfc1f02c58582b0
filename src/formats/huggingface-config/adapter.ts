import type { Graph } from '#domain/graph.ts';
import { CheckpointError } from '#domain/problem.ts';
import type { TensorInfo } from '#domain/tensor.ts';
import { JsonNode } from '#encodings/json-node.ts';
import { weightsFormat } from '#formats/huggingface/weights.ts';
import type { ModelFolder, OpenOptions } from '#formats/open-options.ts';
import { PROBE_SIZE } from '#formats/probe.ts';
import type { ByteSource } from '#io/byte-source.ts';
import { baseOf, parentOf } from '#io/path.ts';
import { graphOf, networkOf, readJson, titleOf } from './architecture.ts';
import { Config } from './config.ts';
import { loraOf, PREFIX } from './lora.ts';

const FILES = ['adapter_model.safetensors', 'adapter_model.bin'];

/**
 * An adapter on its base model: the network of the base, to whose weights it adds its products. The base is the
 * folder that the adapter names, or else the first in the directory that it fits.
 * @see https://github.com/huggingface/peft/blob/main/src/peft/tuners/lora/layer.py
 */
export async function openAdapter(
  source: ByteSource,
  root: JsonNode,
  options: OpenOptions,
): Promise<Graph> {
  const { path } = source;
  const unfit = (reasons: readonly string[]): never => {
    throw new CheckpointError({ kind: 'unfit', reasons }, { path });
  };
  const config = new Config(root);
  checkKind(config);
  if (config.reasons.length > 0) unfit(config.reasons);
  const tensors = await tensorsOf(options);
  if (!tensors) return unfit([`neither ${FILES.join(' nor ')} is beside it`]);
  const wanted = root.find('base_model_name_or_path')?.text() ?? '';
  const folders = inOrder((await options.models?.()) ?? [], wanted);
  if (folders.length === 0) {
    unfit([`its base model (${wanted}) is not in the opened directory`]);
  }
  let first: CheckpointError | undefined;
  for (const folder of folders) {
    try {
      return await onBase({ root, path, tensors, folder }, options);
    } catch (error) {
      if (!(error instanceof CheckpointError)) throw error;
      first ??= error;
    }
  }
  const problem = first?.problem;
  const reasons = problem?.kind === 'unfit' ? problem.reasons : [];
  return unfit([`it fits no model in the opened directory (base: ${wanted})`, ...reasons]);
}

/** Everything that makes another layer of it than a LoRA. */
function checkKind(config: Config): void {
  config.only('peft_type', 'LORA');
  config.only('bias', 'none');
  for (const key of ['use_dora', 'use_qalora', 'use_bdlora', 'lora_bias']) config.only(key, false);
  for (const key of UNSUPPORTED) {
    const value = config.find(key)?.value;
    const isEmpty = value === undefined || (Array.isArray(value) && value.length === 0);
    if (!isEmpty) config.reasons.push(`${key} is not supported`);
  }
}

const UNSUPPORTED = [
  'layer_replication',
  'trainable_token_indices',
  'target_parameters',
  'alora_invocation_tokens',
  'arrow_config',
  'kasa_config',
  'monteclora_config',
  'velora_config',
];

async function tensorsOf({ sibling, signal }: OpenOptions): Promise<readonly TensorInfo[] | null> {
  for (const name of FILES) {
    let source: ByteSource | undefined;
    try {
      source = await sibling?.(name);
    } catch (error) {
      if (!(error instanceof CheckpointError) || error.problem.kind !== 'missing') throw error;
    }
    if (!source) continue;
    const { path, size } = source;
    const head = await source.read(0, Math.min(PROBE_SIZE, size), signal);
    const tail = await source.read(Math.max(0, size - PROBE_SIZE), size, signal);
    const format = weightsFormat({ path, size, head, tail });
    if (format) return [...(await format.open(source, { signal })).tensors.values()];
  }
  return null;
}

/** Those first whose folder is called as the adapter says; the cache of the hub has names of its own. */
function inOrder(folders: readonly ModelFolder[], wanted: string): readonly ModelFolder[] {
  const name = baseOf(wanted.replace(/\/+$/, ''));
  const cached = `models--${wanted.replaceAll('/', '--')}/`;
  const isNamed = ({ path }: ModelFolder) => baseOf(path) === name || path.includes(cached);
  return [...folders.filter(isNamed), ...folders.filter((folder) => !isNamed(folder))];
}

interface Scene {
  readonly root: JsonNode;
  readonly path: string;
  readonly tensors: readonly TensorInfo[];
  readonly folder: ModelFolder;
}

async function onBase(
  { root, path, tensors, folder }: Scene,
  { signal }: OpenOptions,
): Promise<Graph> {
  const source = await folder.open('config.json');
  const base = forTask(await readJson(source, signal), root, tensors);
  const reasons: string[] = [];
  const network = await networkOf(base, source.path, (made) => {
    made.adapter = loraOf(made, root, tensors, reasons);
  });
  network.config.reasons.push(...reasons);
  const used = new Set(network.parameters.keys());
  for (const { name } of tensors) {
    if (!used.has(name)) network.config.reasons.push(`the network has no place for ${name}`);
  }
  const title = `${baseOf(parentOf(path)) || baseOf(path)} on ${baseOf(folder.path)} · ${titleOf(base)}`;
  const graph = graphOf(network, { path, title });
  const { checkpoint } = folder;
  return { ...graph, base: checkpoint, notes: [{ code: 'base-model', checkpoint }] };
}

const HEADS: Readonly<Record<string, string>> = {
  SEQ_CLS: 'ForSequenceClassification',
  TOKEN_CLS: 'ForTokenClassification',
  CAUSAL_LM: 'ForCausalLM',
  FEATURE_EXTRACTION: 'Model',
};

/** PEFT puts the head of the task on the base, whatever the base had. */
function forTask(base: JsonNode, adapter: JsonNode, tensors: readonly TensorInfo[]): JsonNode {
  const task = adapter.find('task_type')?.text() ?? '';
  const head = Object.hasOwn(HEADS, task) ? HEADS[task] : undefined;
  const fields = base.value as Readonly<Record<string, unknown>>;
  const classifier = tensors.find(({ name }) =>
    /^base_model\.model\.(?:classifier|score|classifier\.out_proj)\.weight$/.test(name),
  );
  const labels = classifier?.shape.length === 2 ? classifier.shape[0] : undefined;
  const isCausal = head === 'ForCausalLM' && /gpt2/.test(base.find('model_type')?.text() ?? '');
  const value = {
    ...fields,
    ...(head && { architectures: [isCausal ? 'GPT2LMHeadModel' : `Base${head}`] }),
    ...(labels !== undefined && { id2label: null, num_labels: labels }),
  };
  return new JsonNode(value, { path: PREFIX });
}

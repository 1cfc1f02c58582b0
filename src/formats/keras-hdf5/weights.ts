import type { Metadata, TensorInfo } from '#domain/tensor.ts';
import { type Attributes, type Hdf5Contents, readContents } from '#formats/hdf5/contents.ts';
import { restOf } from '#formats/hdf5/reader.ts';
import type { ByteSource } from '#io/byte-source.ts';
import { labelsOf } from './labels.ts';
import type { LayerIndex } from './layer-index.ts';

/** A file of weights, its tensors named as their layers are. */
export interface KerasWeights {
  readonly contents: Hdf5Contents;
  readonly tensors: ReadonlyMap<string, TensorInfo>;
  readonly metadata: { readonly [key: string]: Metadata };
  /** Of Keras, where the file says. */
  readonly version: string | undefined;
}

/** Objects whose attributes say something of the whole model. */
const OF_THE_MODEL = ['/', '/model_weights'];

/** How often the optimizer has stepped: Keras 3 keeps it first, earlier ones by name. */
const ITERATIONS = /^\/optimizer\/vars\/0$|^\/optimizer_weights\/.*\b(?:iterations?|iter)(?::0)?$/;

/** Reads the headers of a file of weights, and the one number that says how far the training was. */
export async function openWeights(
  source: ByteSource,
  { layers, signal }: { layers?: LayerIndex | undefined; signal?: AbortSignal | undefined } = {},
): Promise<KerasWeights> {
  const contents = await readContents(source, signal);
  const { attributes } = contents;
  const labels = labelsOf([...contents.tensors.keys()], { attributes, layers });
  const tensors = [...contents.tensors].map(([name, info]): [string, TensorInfo] => {
    const label = labels.get(name);
    return [name, label === undefined ? info : { ...info, label }];
  });
  const own = OF_THE_MODEL.flatMap((path) => [...(attributes.get(path) ?? [])]);
  const described = Object.fromEntries(own.map(([key, value]) => [key, parsed(key, value)]));
  const iterations = await readIterations(contents, signal);
  const version = described['keras_version'];
  return {
    contents,
    tensors: new Map(tensors),
    metadata: {
      ...described,
      ...(iterations !== undefined && { optimizer_iterations: iterations }),
      ...restOf({ ...contents, attributes: worthShowing(attributes) }, OF_THE_MODEL),
    },
    version: typeof version === 'string' ? version : undefined,
  };
}

/** Names that serve the labels, and lists of names that stand as paths already, are left out. */
function worthShowing(
  attributes: ReadonlyMap<string, Attributes>,
): ReadonlyMap<string, Attributes> {
  const kept = [...attributes].map(([path, own]): [string, Attributes] => [
    path,
    new Map([...own].filter(([key]) => !/^(?:weight_names\d*|name)$/.test(key))),
  ]);
  return new Map(kept.filter(([, own]) => own.size > 0));
}

/** `model_config` and `training_config` are JSON. */
function parsed(key: string, value: Metadata): Metadata {
  if (typeof value !== 'string' || !key.endsWith('_config')) return value;
  try {
    return JSON.parse(value) as Metadata;
  } catch {
    return value;
  }
}

async function readIterations(
  { tensors, read }: Hdf5Contents,
  signal?: AbortSignal,
): Promise<number | undefined> {
  for (const info of tensors.values()) {
    if (!ITERATIONS.test(info.name) || info.shape.length > 0 || !/^u?int/.test(info.dtype))
      continue;
    const bytes = await read(info.name, { signal }).catch(() => undefined);
    signal?.throwIfAborted();
    return bytes?.reduceRight((value, byte) => value * 256 + byte, 0);
  }
  return undefined;
}

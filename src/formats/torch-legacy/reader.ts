import { CheckpointError, type Problem } from '#domain/problem.ts';
import type { Checkpoint } from '#domain/tensor.ts';
import { PickleStream } from '#encodings/pickle/stream.ts';
import { Global, type PersistentId, type PickleValue } from '#encodings/pickle/values.ts';
import type { OpenOptions } from '#formats/open-options.ts';
import { type Assembled, assemble, published } from '#formats/pytorch/assemble.ts';
import { type Audit, startAudit } from '#formats/pytorch/audit.ts';
import { isList } from '#formats/pytorch/inert.ts';
import type { ByteSource } from '#io/byte-source.ts';
import { layOut, NO_STORAGES, type Size, type Sizes, sizeOf } from './layout.ts';

const PROTOCOL = 1001;

/**
 * Opens what `torch.save` wrote before 1.6: five pickles (a magic number, the protocol, facts of the
 * system, the object, the keys of its storages), then for each key `count i64 · elements`, little-endian on
 * every machine. Reads the pickles and the counts.
 * @see https://github.com/pytorch/pytorch/blob/main/torch/serialization.py `_legacy_load`
 */
export async function open(source: ByteSource, options: OpenOptions = {}): Promise<Checkpoint> {
  return published(await openStream(source, options));
}

/** The same, with what was found in it. */
export async function openStream(
  source: ByteSource,
  { signal }: OpenOptions = {},
): Promise<Assembled> {
  const { path, size } = source;
  const audit = startAudit();
  const { value, sizes, keys, end, problems } = await readPickles(source, audit, signal);
  const laidOut =
    keys === undefined
      ? { storages: NO_STORAGES, problems: [] }
      : await layOut(source, { keys, sizes, start: end, signal });
  return assemble({
    path,
    size,
    value,
    storages: laidOut.storages,
    problems: [...problems, ...laidOut.problems],
    audit,
    writer: 'torch, before 1.6 or in its old format',
  });
}

interface Pickles {
  readonly value: PickleValue;
  readonly sizes: Sizes;
  /** `undefined` where the pickles cannot be read to their end. */
  readonly keys: readonly string[] | undefined;
  /** Offset behind the last pickle. */
  readonly end: number;
  readonly problems: readonly Problem[];
}

async function readPickles(
  source: ByteSource,
  audit: Audit,
  signal: AbortSignal | undefined,
): Promise<Pickles> {
  const stream = new PickleStream(source);
  const sizes = new Map<string, Size>();
  const { observer, weightsOnly } = audit;
  const next = async (resolve?: (id: PersistentId) => PickleValue) => {
    const { value, opcodes } = await stream.next({ signal, observer, resolve });
    weightsOnly.sawOpcodes(opcodes);
    return value;
  };
  let value: PickleValue = new Map();
  try {
    await next();
    const protocol = await next();
    if (protocol !== PROTOCOL) {
      const feature = `version ${protocolName(protocol)} of torch's old format`;
      throw new CheckpointError({ kind: 'unsupported', feature }, { path: source.path });
    }
    await next();
    value = await next((id) => resolve(id, sizes, audit));
    const keys = keysOf(await next(), source);
    return { value, sizes, keys, end: stream.at, problems: [] };
  } catch (error) {
    // What a pickle does before it breaks is done: that must not be hidden by its being broken.
    if (!(error instanceof CheckpointError) || audit.problems().length === 0) throw error;
    return { value, sizes, keys: undefined, end: stream.at, problems: [error.problem] };
  }
}

/** A storage, whose size is noted, or a class of a module with its source text. */
function resolve(id: PersistentId, sizes: Map<string, Size>, audit: Audit): PickleValue {
  audit.weightsOnly.sawReference(id);
  if (!isList(id.id)) return id;
  const [kind, type, key] = id.id;
  if (kind === 'module' && type instanceof Global) return type;
  const size = sizeOf(id.id);
  if (typeof key === 'string' && size && !sizes.has(key)) sizes.set(key, size);
  return id;
}

function keysOf(value: PickleValue, { path }: ByteSource): readonly string[] {
  const keys = isList(value) ? value : [null];
  if (keys.every((key) => typeof key === 'string')) return keys;
  const what = 'the keys of the storages are no list of texts';
  throw new CheckpointError({ kind: 'malformed', what }, { path });
}

function protocolName(protocol: PickleValue): string {
  return typeof protocol === 'number' || typeof protocol === 'bigint' ? String(protocol) : '?';
}

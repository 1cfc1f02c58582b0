import { CheckpointError, type Problem } from '#domain/problem.ts';
import type { Checkpoint } from '#domain/tensor.ts';
import type { PickleObserver } from '#encodings/pickle/machine.ts';
import { PickleStream } from '#encodings/pickle/stream.ts';
import type { PickleValue } from '#encodings/pickle/values.ts';
import type { OpenOptions } from '#formats/open-options.ts';
import { assemble, published } from '#formats/pytorch/assemble.ts';
import { startAudit } from '#formats/pytorch/audit.ts';
import type { ByteSource } from '#io/byte-source.ts';
import { LOAD_FROM_BYTES, NestedStorages } from './nested.ts';

/** Pickles behind the first that are looked through. */
const MAX_FOLLOWERS = 1000;

/**
 * Opens what `pickle.dump` wrote: arrays of NumPy and tensors of torch stand in it whole, so that all of it
 * is read. Nothing of it is run; what it would do besides making data is a defect of kind `unsafe`.
 * @see https://docs.python.org/3/library/pickle.html
 */
export async function open(source: ByteSource, { signal }: OpenOptions = {}): Promise<Checkpoint> {
  const { path, size } = source;
  const audit = startAudit();
  audit.weightsOnly.refuse({ kind: 'container', name: 'pickle' });
  const storages = new NestedStorages();
  const observer: PickleObserver = {
    ...audit.observer,
    call(call) {
      const isStorage =
        call.path === LOAD_FROM_BYTES && storages.resolve(call, path, audit.observer);
      if (!isStorage) audit.observer.call?.(call);
    },
  };
  const stream = new PickleStream(source);
  const problems: Problem[] = [];
  let value: PickleValue = new Map();
  try {
    value = (await stream.next({ signal, observer })).value;
    for (let count = 0; stream.at < size && count < MAX_FOLLOWERS; count++) {
      await stream.next({ signal, observer: audit.observer });
    }
  } catch (error) {
    if (!(error instanceof CheckpointError)) throw error;
    const isBehind = stream.at > 0;
    // What a pickle does before it breaks is done: that must not be hidden by its being broken.
    if (!isBehind && audit.problems().length === 0) throw error;
    const what = `${size - stream.at} bytes follow the pickle`;
    problems.push(isBehind ? { kind: 'malformed', what } : error.problem);
  }
  const writer = 'Python';
  const checkpoint = assemble({
    path,
    size,
    value,
    storages,
    problems,
    audit,
    writer,
  });
  return published(checkpoint);
}

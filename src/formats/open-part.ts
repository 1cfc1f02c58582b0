import { CheckpointError, type Problem } from '#domain/problem.ts';
import type { Checkpoint } from '#domain/tensor.ts';
import type { ByteSource } from '#io/byte-source.ts';
import { pickle } from './pickle/checkpoint.ts';
import { PROBE_SIZE, type Probe } from './probe.ts';
import { pytorch } from './pytorch/checkpoint.ts';
import { recognise } from './recognise.ts';
import { pretenceProblem } from './recognise-impostor.ts';
import { safetensors } from './safetensors/checkpoint.ts';
import { torchLegacy } from './torch-legacy/checkpoint.ts';
import { torchTar } from './torch-tar/checkpoint.ts';

/** What the files are that a checkpoint of several is made of. */
const FORMATS = [pytorch, torchLegacy, torchTar, safetensors, pickle];

/** A file that is part of a checkpoint, by its content. Throws what a lone file would. */
export async function openPart(source: ByteSource, signal?: AbortSignal): Promise<Checkpoint> {
  const { path, size } = source;
  const head = await source.read(0, Math.min(PROBE_SIZE, size), signal);
  const tail =
    size <= PROBE_SIZE ? head : await source.read(Math.max(0, size - PROBE_SIZE), size, signal);
  const seen = { path, size, head, tail };
  const format = FORMATS.find((candidate) => candidate.detect(seen));
  if (!format) throw new CheckpointError(problemOf(seen), { path });
  return format.open(source, { signal });
}

function problemOf(seen: Probe): Problem {
  const found = recognise(seen);
  if (found && 'impostor' in found) return pretenceProblem(found);
  return { kind: 'unsupported', feature: found?.title ?? 'this kind of file' };
}

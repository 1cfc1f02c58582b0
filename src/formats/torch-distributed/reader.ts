import { byteLength } from '#domain/dtype.ts';
import { CheckpointError, type Defect, type Problem } from '#domain/problem.ts';
import {
  type Checkpoint,
  elementCount,
  type ReadOptions,
  type TensorInfo,
} from '#domain/tensor.ts';
import { PickleStream } from '#encodings/pickle/stream.ts';
import type { OpenOptions } from '#formats/open-options.ts';
import { type Audit, startAudit } from '#formats/pytorch/audit.ts';
import { packing } from '#formats/pytorch/dtypes.ts';
import type { ByteSource } from '#io/byte-source.ts';
import { withBeside } from './beside.ts';
import { type DataFiles, findDataFiles } from './data-files.ts';
import { type Plan, type PlannedTensor, readPlan } from './plan.ts';
import { readObjects } from './read-objects.ts';
import { checkTensor, readPieces } from './tensor-bytes.ts';
import { verifyItems } from './verify.ts';

/**
 * Opens what `torch.distributed.checkpoint` writes: `.metadata`, a pickle that says what there is and where, and
 * `*.distcp`, in which each piece of a tensor and each other object is an archive of `torch.save`. Reads the
 * pickle, and the objects that are no tensors.
 * @see https://github.com/pytorch/pytorch/blob/main/torch/distributed/checkpoint/filesystem.py
 */
export async function open(source: ByteSource, options: OpenOptions = {}): Promise<Checkpoint> {
  const first = await openPlan(source, options);
  return withBeside(first, source.path, options, async (part, wanted) =>
    openPlan(await part.open(), wanted),
  );
}

async function openPlan(source: ByteSource, options: OpenOptions): Promise<Checkpoint> {
  const { path, size } = source;
  const audit = startAudit();
  const { plan, problems } = await readMetadata(source, audit, options.signal);
  const files = await findDataFiles(source, filesOf(plan), options);
  const objects = await readObjects(plan.objects, files, options.signal);
  const tensors = new Map<string, TensorInfo>();
  const readers = new Map<string, Checkpoint['read']>();
  for (const tensor of plan.tensors) {
    tensors.set(tensor.name, infoOf(tensor));
    readers.set(tensor.name, (_, wanted: ReadOptions = {}) =>
      readPieces(tensor, files, { ...wanted, path }),
    );
  }
  for (const [name, { info, read }] of objects.tensors) {
    if (tensors.has(name)) continue;
    tensors.set(name, info);
    readers.set(name, read);
  }
  const sources = [...files.sources.values()];
  return {
    tensors,
    metadata: objects.metadata,
    defects: [
      ...[...problems, ...audit.problems()].map((problem) => ({ problem, place: { path } })),
      ...plan.problems.map(({ problem, name }) => ({ problem, place: { path, tensor: name } })),
      ...plan.tensors.flatMap((tensor) => defectOf(tensor, files, path)),
      ...objects.defects,
    ],
    size: sources.reduce((sum, file) => sum + file.size, size),
    files: [path, ...sources.map((file) => file.path)],
    globals: [...new Set([...audit.globals(), ...objects.globals])],
    writer: plan.version ? `torch, distributed layout ${plan.version}` : 'torch, distributed',
    async read(name, wanted = {}) {
      const read = readers.get(name);
      if (!read) throw new RangeError(`there is no tensor ${name}`);
      return read(name, wanted);
    },
    verify: (wanted) => verifyItems(plan, files, wanted),
  };
}

const NOTHING: Plan = { tensors: [], objects: [], problems: [], version: undefined };

async function readMetadata(
  source: ByteSource,
  audit: Audit,
  signal: AbortSignal | undefined,
): Promise<{ plan: Plan; problems: readonly Problem[] }> {
  const { path, size } = source;
  try {
    const stream = new PickleStream(source);
    const { value } = await stream.next({ signal, observer: audit.observer });
    const plan = readPlan(value, path);
    const what = `${size - stream.at} bytes follow the pickle`;
    return { plan, problems: stream.at < size ? [{ kind: 'malformed', what }] : [] };
  } catch (error) {
    // What a pickle does before it breaks is done: that must not be hidden by its being broken.
    if (!(error instanceof CheckpointError) || audit.problems().length === 0) throw error;
    return { plan: NOTHING, problems: [error.problem] };
  }
}

function filesOf({ tensors, objects }: Plan): readonly string[] {
  const items = [...tensors.flatMap(({ chunks }) => chunks), ...objects];
  return [...new Set(items.flatMap(({ item }) => item?.file ?? []))];
}

function infoOf({ name, path, dtype, shape }: PlannedTensor): TensorInfo {
  const bytes = Math.ceil(byteLength(dtype, elementCount(shape)) / packing(dtype));
  return { name, dtype, shape, bytes, ...(path && { path: path.map(String) }) };
}

function defectOf(tensor: PlannedTensor, files: DataFiles, path: string): Defect[] {
  const wrong = checkTensor(tensor, files);
  if (!wrong) return [];
  const { problem, file, offset } = wrong;
  const place = file === undefined ? { path } : { path: files.pathOf(file) };
  const at = offset === undefined ? {} : { offset };
  return [{ problem, place: { ...place, ...at, tensor: tensor.name } }];
}

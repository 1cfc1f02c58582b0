import { describe, expect, it } from 'vitest';
import { CheckpointError } from '#domain/problem.ts';
import { expectOutcome } from '#formats/mutate-testing.ts';
import { mutate, seeded } from '#formats/mutations.ts';
import { bytesSource, fixture, metered } from '#io/testing.ts';
import { huggingface } from './checkpoint.ts';
import { open } from './reader.ts';

type Bytes = Uint8Array<ArrayBuffer>;

const FOLDER = 'run/checkpoint-5';
const text = (value: string): Bytes => new TextEncoder().encode(value);
const FILES: Readonly<Record<string, Bytes>> = {
  'model.safetensors': await fixture('safetensors-index/model-00002-of-00002.safetensors'),
  'optimizer.pt': await fixture('pytorch/model_checkpoint.pth'),
  'rng_state_1.pth': await fixture('pytorch/single-tensor.pt'),
  'scheduler.pt': await fixture('pytorch/containers.pt'),
  'training_args.bin': await fixture('pytorch/python-objects.pt'),
  'trainer_state.json': text('{"global_step": 5, "epoch": 1.5, "log_history": [{"loss": 1}]}'),
};

const openFolder = (files: Readonly<Record<string, Bytes>>) => {
  const source = async (name: string) => {
    const bytes = files[name];
    if (bytes) return bytesSource(bytes, `${FOLDER}/${name}`);
    throw new CheckpointError({ kind: 'missing', path: name }, { path: FOLDER });
  };
  return source('model.safetensors').then((main) =>
    open(main, {
      sibling: source,
      parts: Object.keys(files).map((name) => ({
        path: `${FOLDER}/${name}`,
        open: () => source(name),
      })),
    }),
  );
};

describe('a folder of the Trainer', () => {
  it('is its weights, and under their own keys what lies beside them', async () => {
    const { tensors, metadata, files, globals, read } = await openFolder(FILES);
    const keys = new Set([...tensors.keys()].map((name) => name.split('.')[0]));
    expect(keys).toEqual(
      new Set(['net', 'optimizer', 'rng_state_1', 'scheduler', 'training_args']),
    );
    expect(metadata.trainer_state).toEqual({ global_step: 5, epoch: 1.5 });
    expect(files).toHaveLength(6);
    expect(globals).not.toEqual([]);
    for (const { name, bytes } of tensors.values()) {
      if (tensors.get(name)?.kind === undefined) expect(await read(name)).toHaveLength(bytes);
    }
  });

  it.each(['optimizer.pt', 'scheduler.pt', 'trainer_state.json', 'training_args.bin'])(
    'with a damaged %s says so, and opens all the same',
    async (name) => {
      const cut = FILES[name]?.slice(0, 60) ?? new Uint8Array();
      const { defects, tensors, files } = await openFolder({ ...FILES, [name]: cut });
      expect(defects).toMatchObject([{ place: { path: `${FOLDER}/${name}` } }]);
      expect(tensors.has('net.0.bias')).toBe(true);
      expect(files).toContain(`${FOLDER}/${name}`);
    },
  );

  it('without weights is none', async () => {
    const { 'model.safetensors': _, ...rest } = FILES;
    await expect(openFolder(rest)).rejects.toMatchObject({ problem: { kind: 'missing' } });
  });

  it('compares the checksums of its archives, but has none for safetensors', async () => {
    const { verify } = await openFolder(FILES);
    expect(await verify?.({})).toEqual({ defects: [], checked: false });
    const optimizer = FILES['optimizer.pt']?.slice() ?? new Uint8Array();
    const at = Math.floor(optimizer.length / 2);
    optimizer[at] = (optimizer[at] ?? 0) ^ 1;
    const damaged = await openFolder({ ...FILES, 'optimizer.pt': optimizer });
    const found = [...damaged.defects, ...((await damaged.verify?.({}))?.defects ?? [])];
    expect(found).toMatchObject([{ place: { path: `${FOLDER}/optimizer.pt` } }]);
  });

  it('is opened by headers', async () => {
    const source = bytesSource(
      FILES['model.safetensors'] ?? new Uint8Array(),
      'a/checkpoint-1/model.safetensors',
    );
    const { meter, source: counted } = metered(source);
    const { read } = await open(counted, { parts: [] });
    const before = meter.bytes;
    await read('net.4.bias');
    expect(meter.bytes - before).toBe(40);
  });
});

it('is known by the name of its folder', () => {
  const detect = (path: string) => {
    const head = FILES['model.safetensors'] ?? new Uint8Array();
    return huggingface.detect({ path, size: head.length, head, tail: head });
  };
  expect(detect('run/checkpoint-5/model.safetensors')).toBe(true);
  expect(detect('checkpoint_0/adapter_model.safetensors')).toBe(true);
  expect(detect('run/model.safetensors')).toBe(false);
  expect(detect('run/checkpoint-5/other.safetensors')).toBe(false);
});

it('whatever the bytes, a checkpoint or a problem', async () => {
  const random = seeded(37);
  const names = Object.keys(FILES);
  for (let run = 0; run < 2000; run++) {
    const name = names[run % names.length] ?? '';
    const bytes = mutate(FILES[name] ?? new Uint8Array(), random);
    await expectOutcome(() => openFolder({ ...FILES, [name]: bytes }));
  }
}, 120_000);

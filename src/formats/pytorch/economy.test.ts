import { mkdtemp, open as openFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CheckpointError } from '#domain/problem.ts';
import { type Checkpoint, elementCount } from '#domain/tensor.ts';
import { concat, pack } from '#encodings/zip-testing.ts';
import { bytesSource, fileSource, fixture, metered } from '#io/testing.ts';
import { open } from './reader.ts';
import { archive, pickleOf } from './testing.ts';

describe('reading', () => {
  it('stops when it is not wanted any more', async () => {
    const source = bytesSource(await fixture('pytorch/shared-storage.pt'), 'a.pt');
    await expect(open(source, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      name: 'AbortError',
    });
    const checkpoint = await open(source);
    const reading = checkpoint.read('transposed', { signal: AbortSignal.abort() });
    await expect(reading).rejects.toMatchObject({ name: 'AbortError' });
  });

  it.each([
    ['a gigabyte', 2 ** 30],
    ['more than four gibibytes', 2 ** 32 + 4096],
  ])('of %s opens a few kilobytes', async (_, size) => {
    const directory = await mkdtemp(join(tmpdir(), 'cairn-'));
    try {
      await writeLargeArchive(join(directory, 'large.pt'), size);
      const { meter, source } = metered(await fileSource(directory, 'large.pt'));
      const checkpoint = await open(source);
      expect(checkpoint.tensors.get('w')).toMatchObject({ bytes: size });
      expect(checkpoint.defects).toEqual([]);
      expect(meter.reads).toBeLessThanOrEqual(2);
      expect(meter.bytes).toBeLessThan(2 ** 20);
      const last = await checkpoint.read('w', { from: size / 4 - 1 });
      expect(new Float32Array(last.buffer)).toEqual(Float32Array.of(0.25));
      expect(meter.reads).toBeLessThanOrEqual(4);
    } finally {
      await rm(directory, { recursive: true });
    }
  });

  it('whatever the bytes, the outcome is a checkpoint or a CheckpointError', async () => {
    const names = ['model_checkpoint.pth', 'sparse.pt', 'python-objects.pt', 'whole-module.pt'];
    const files = new Map<string, Uint8Array<ArrayBuffer>>();
    for (const name of names) files.set(name, await fixture(`pytorch/${name}`));
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...names),
        fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(255)), {
          minLength: 1,
          maxLength: 5,
        }),
        fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { nil: undefined, freq: 4 }),
        async (name, changes, end) => {
          const file = files.get(name) ?? new Uint8Array();
          const bytes = file.slice(
            0,
            end === undefined ? undefined : Math.floor(end * file.length),
          );
          for (const [at, value] of changes) bytes[Math.floor(at * file.length)] = value;
          await expectOutcome(() => open(bytesSource(bytes, 'a.pt')));
        },
      ),
      { numRuns: 2000, seed: 20 },
    );
  });
});

/** Opens and reads everything; nothing but a `CheckpointError` may come of it. */
async function expectOutcome(start: () => Promise<Checkpoint>): Promise<void> {
  try {
    const checkpoint = await start();
    await checkpoint.verify?.({});
    for (const { name, shape } of checkpoint.tensors.values()) {
      await checkpoint.read(name, { to: Math.min(99, elementCount(shape)) });
    }
  } catch (error) {
    expect(error).toBeInstanceOf(CheckpointError);
  }
}

/** As torch writes it, zip64 and all, with zeros for numbers that take no room on the disk; the last is 0.25. */
async function writeLargeArchive(path: string, size: number): Promise<void> {
  const pickle = pickleOf({ count: size / 4, size: `(I${size / 4}\nt` });
  const small = archive(pickle, []);
  const view = new DataView(small.buffer);
  const end = small.length - 22;
  const directory = view.getUint32(end + 16, true);
  const name = new TextEncoder().encode('a/data/0');
  const none = 2 ** 32 - 1;
  const sizes = concat(pack('HH', 1, 16), u64(size), u64(size));
  const fields = pack('HHIIII', 0x800, 0, 0, 0, none, none);
  const local = concat(
    pack('IH', 0x04034b50, 45),
    fields,
    pack('HH', name.length, sizes.length),
    name,
    sizes,
  );
  const central = concat(
    pack('IHH', 0x02014b50, 45, 45),
    fields,
    pack('HHHHHII', name.length, sizes.length, 0, 0, 0, 0, directory),
    name,
    sizes,
  );
  const entries = concat(small.subarray(directory, end), central);
  const start = directory + local.length + size;
  const counts = u64(view.getUint16(end + 8, true) + 1);
  const record = concat(
    pack('I', 0x06064b50),
    u64(44),
    pack('HHII', 45, 45, 0, 0),
    counts,
    counts,
    u64(entries.length),
    u64(start),
  );
  const locator = concat(pack('II', 0x07064b50, 0), u64(start + entries.length), pack('I', 1));
  const last = pack('IHHHHIIH', 0x06054b50, 0, 0, 0xffff, 0xffff, none, none, 0);
  const file = await openFile(path, 'w');
  try {
    await file.write(concat(small.subarray(0, directory), local), 0, undefined, 0);
    await file.write(Float32Array.of(0.25), 0, undefined, start - 4);
    await file.write(concat(entries, record, locator, last), 0, undefined, start);
  } finally {
    await file.close();
  }
}

function u64(value: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(BigUint64Array.of(BigInt(value)).buffer);
}

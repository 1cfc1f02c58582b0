import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { crc32 } from 'node:zlib';
import { checkpointFormats, probe } from '#formats/index.ts';
import type { ByteSource } from '#io/byte-source.ts';

const TENSORS = 256;
/** Of each: with all of them the file is 1 GiB. */
const ELEMENTS = 2 ** 20;
const STORAGE = ELEMENTS * 4;
/** torch.save begins every storage at a multiple of this. */
const ALIGNMENT = 64;
const RUNS = 5;

/** What it costs to open a checkpoint of 1 GB to its full list of tensors: reads, bytes, time. */
export async function run(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'cairn-bench-'));
  const path = join(folder, 'model.pth');
  try {
    const size = await writeCheckpoint(path);
    const costs = [];
    for (let i = 0; i < RUNS; i++) costs.push(await openOnce(path, size));
    const [first] = costs;
    const ms = costs.map((cost) => cost.ms).sort((a, b) => a - b)[RUNS >> 1] ?? Number.NaN;
    const share = ((100 * (first?.bytes ?? 0)) / size).toFixed(4);
    console.log(
      `open a .pth of ${(size / 1e9).toFixed(2)} GB, ${first?.tensors} tensors: ` +
        `${first?.reads} reads, ${first?.bytes} bytes (${share} %), median ${ms.toFixed(1)} ms`,
    );
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Detection and opening, as the reader does them. */
async function openOnce(path: string, size: number) {
  const file = await open(path);
  const cost = { reads: 0, bytes: 0, ms: 0, tensors: 0 };
  const source: ByteSource = {
    path: 'model.pth',
    size,
    async read(start, end) {
      cost.reads++;
      cost.bytes += end - start;
      const bytes = new Uint8Array(end - start);
      await file.read(bytes, 0, bytes.length, start);
      return bytes;
    },
  };
  try {
    const start = performance.now();
    const seen = await probe(source);
    const format = checkpointFormats.find((candidate) => candidate.detect(seen));
    if (!format) throw new Error('The checkpoint of the benchmark is of no known format');
    cost.tensors = (await format.open(source)).tensors.size;
    cost.ms = performance.now() - start;
    return cost;
  } finally {
    await file.close();
  }
}

interface Entry {
  readonly name: Buffer;
  readonly crc: number;
  readonly size: number;
  readonly offset: number;
}

/** A checkpoint as torch.save lays it out. Storages are holes in the file, and take no room on disk. */
export async function writeCheckpoint(path: string): Promise<number> {
  const file = await open(path, 'w');
  const entries: Entry[] = [];
  let at = 0;

  async function add(name: string, bytes: Buffer | null, size: number, crc: number) {
    const offset = at;
    const header = localHeader(Buffer.from(`model/${name}`), { size, crc, offset });
    await file.write(header, 0, header.length, at);
    at += header.length;
    if (bytes) await file.write(bytes, 0, bytes.length, at);
    at += size;
    entries.push({ name: Buffer.from(`model/${name}`), crc, size, offset });
  }

  const zeros = crc32(Buffer.alloc(STORAGE));
  const pickle = stateDict();
  await add('data.pkl', pickle, pickle.length, crc32(pickle));
  const order = Buffer.from('little');
  await add('byteorder', order, order.length, crc32(order));
  for (let i = 0; i < TENSORS; i++) await add(`data/${i}`, null, STORAGE, zeros);
  const version = Buffer.from('3\n');
  await add('version', version, version.length, crc32(version));
  const directory = Buffer.concat(entries.map(centralHeader));
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(at, 16);
  const tail = Buffer.concat([directory, end]);
  await file.write(tail, 0, tail.length, at);
  await file.close();
  return at + tail.length;
}

function localHeader(
  name: Buffer,
  { size, crc, offset }: { size: number; crc: number; offset: number },
): Buffer {
  const fixed = 30 + name.length + 4;
  const padding = (ALIGNMENT - ((offset + fixed) % ALIGNMENT)) % ALIGNMENT;
  const header = Buffer.alloc(fixed + padding);
  header.writeUInt32LE(0x04034b50, 0);
  header.writeUInt32LE(crc, 14);
  header.writeUInt32LE(size, 18);
  header.writeUInt32LE(size, 22);
  header.writeUInt16LE(name.length, 26);
  header.writeUInt16LE(4 + padding, 28);
  name.copy(header, 30);
  header.write('FB', 30 + name.length, 'latin1');
  header.writeUInt16LE(padding, 32 + name.length);
  return header;
}

function centralHeader({ name, crc, size, offset }: Entry): Buffer {
  const header = Buffer.alloc(46 + name.length);
  header.writeUInt32LE(0x02014b50, 0);
  header.writeUInt32LE(crc, 16);
  header.writeUInt32LE(size, 20);
  header.writeUInt32LE(size, 24);
  header.writeUInt16LE(name.length, 28);
  header.writeUInt32LE(offset, 42);
  name.copy(header, 46);
  return header;
}

/** `{'layers.0.weight': tensor(1024 × 1024), …}` as pickle protocol 2. */
function stateDict(): Buffer {
  const text = (value: string) => {
    const bytes = Buffer.from(value);
    const head = Buffer.alloc(5);
    head.write('X', 0, 'latin1');
    head.writeUInt32LE(bytes.length, 1);
    return Buffer.concat([head, bytes]);
  };
  const number = (value: number) => {
    const bytes = Buffer.alloc(5);
    bytes.write('J', 0, 'latin1');
    bytes.writeInt32LE(value, 1);
    return bytes;
  };
  const raw = (value: string) => Buffer.from(value, 'latin1');
  const parts = [raw('\x80\x02}(')];
  for (let i = 0; i < TENSORS; i++) {
    parts.push(
      text(`layers.${i}.weight`),
      raw('ctorch._utils\n_rebuild_tensor_v2\n(('),
      text('storage'),
      raw('ctorch\nFloatStorage\n'),
      text(String(i)),
      text('cpu'),
      number(ELEMENTS),
      raw('tQ'),
      number(0),
      raw('('),
      number(1024),
      number(1024),
      raw('t('),
      number(1024),
      number(1),
      raw('t\x89ccollections\nOrderedDict\n)RtR'),
    );
  }
  parts.push(raw('u.'));
  return Buffer.concat(parts);
}

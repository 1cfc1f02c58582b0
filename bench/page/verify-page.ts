import { createReader } from '#workers/reader-api.ts';

/** What the benchmark calls in the page, with a real file; in milliseconds. */
declare global {
  interface Window {
    dropped: Promise<FileSystemDirectoryHandle>;
    measure(way: Way): Promise<number>;
  }
}

/**
 * `plain`: every byte is read, in large pieces of which some are on their way, and nothing is done with them.
 * `verify`: as the reader does it. `overlap`: the same, with the reads in a worker of their own.
 */
export type Way = 'plain' | 'verify' | 'overlap';

const NAME = 'model.pth';

/** Read at a time, and how many of those at once: as verification does. */
const PIECE = 2 ** 24;
const IN_FLIGHT = 3;

if (typeof window === 'undefined') serveWorker();
else servePage();

function servePage(): void {
  window.dropped = new Promise((resolve) => {
    addEventListener('dragover', (event) => event.preventDefault());
    addEventListener('drop', (event) => {
      event.preventDefault();
      void event.dataTransfer?.items[0]
        ?.getAsFileSystemHandle()
        .then((handle) => resolve(handle as FileSystemDirectoryHandle));
    });
  });
  window.measure = async (way) => {
    const handle = await window.dropped;
    const file = await (await handle.getFileHandle(NAME)).getFile();
    const worker = new Worker('/page.js', { type: 'module' });
    const answer = new Promise<number>((done, fail) => {
      worker.addEventListener('message', ({ data }) => done(data));
      worker.addEventListener('error', (event) => fail(new Error(event.message)));
    });
    worker.postMessage({ file, way });
    const ms = await answer;
    worker.terminate();
    return ms;
  };
}

function serveWorker(): void {
  const scope = self as unknown as Worker;
  scope.addEventListener('message', ({ data }) => {
    if (data.way) void time(data.file, data.way).then((ms) => scope.postMessage(ms));
    else {
      const { id, blob } = data as { id: number; blob: Blob };
      void blob.arrayBuffer().then((buffer) => scope.postMessage({ id, buffer }, [buffer]));
    }
  });
}

async function time(file: File, way: Way): Promise<number> {
  if (way === 'overlap') readElsewhere();
  const reader = createReader();
  await reader.open({ kind: 'files', name: 'd', files: [file], paths: [NAME] });
  await reader.checkpoint({ checkpoint: NAME });
  const start = performance.now();
  if (way === 'plain') await readAll(file);
  else {
    const { verdict } = await reader.verify({ checkpoint: NAME });
    if (verdict !== 'sound') throw new Error(`The checkpoint is ${verdict}`);
  }
  return performance.now() - start;
}

async function readAll(file: File): Promise<void> {
  const waiting: Promise<ArrayBuffer>[] = [];
  for (let at = 0; at < file.size || waiting.length > 0; ) {
    while (at < file.size && waiting.length < IN_FLIGHT) {
      waiting.push(file.slice(at, at + PIECE).arrayBuffer());
      at += PIECE;
    }
    await waiting.shift();
  }
}

/** Large reads go through another worker, which hands the bytes over. */
function readElsewhere(): void {
  const worker = new Worker('/page.js', { type: 'module' });
  const waiting = new Map<number, (buffer: ArrayBuffer) => void>();
  let last = 0;
  worker.addEventListener('message', ({ data }) => {
    waiting.get(data.id)?.(data.buffer);
    waiting.delete(data.id);
  });
  const own = Blob.prototype.arrayBuffer;
  Blob.prototype.arrayBuffer = function (this: Blob) {
    if (this.size < 2 ** 20) return own.call(this);
    return new Promise((done) => {
      waiting.set(++last, done);
      worker.postMessage({ id: last, blob: this });
    });
  };
}

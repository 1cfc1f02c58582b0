import { createReader } from '#workers/reader-api.ts';

/** What the benchmark calls in the page, with a real directory handle. */
declare global {
  interface Window {
    dropped: Promise<FileSystemDirectoryHandle>;
    iterate(): Promise<Scanned>;
    scan(): Promise<Scanned>;
  }
}

export interface Scanned {
  readonly entries: number;
  /** Milliseconds. */
  readonly ms: number;
  /** Until runs were first reported; `null` for the bare iteration. */
  readonly firstMs: number | null;
  readonly runs: number;
}

/** The bare iteration of the handle, nothing done with what it gives. */
window.iterate = async () => {
  const root = await window.dropped;
  const start = performance.now();
  const entries = await countEntries(root);
  return { entries, ms: performance.now() - start, firstMs: null, runs: 0 };
};

async function countEntries(folder: FileSystemDirectoryHandle): Promise<number> {
  let count = 0;
  for await (const entry of folder.values()) {
    count++;
    if (entry.kind === 'directory') count += await countEntries(entry as FileSystemDirectoryHandle);
  }
  return count;
}

/** The scan as the reader does it, its progress with it. */
window.scan = async () => {
  const handle = await window.dropped;
  const start = performance.now();
  let firstMs: number | null = null;
  const { seen, runs } = await createReader().open(
    { kind: 'handle', handle, hidden: null },
    {
      onProgress: (scan) => {
        if (scan.runs.length > 0) firstMs ??= performance.now() - start;
      },
    },
  );
  return { entries: seen, ms: performance.now() - start, firstMs, runs: runs.length };
};

window.dropped = new Promise((resolve) => {
  addEventListener('dragover', (event) => event.preventDefault());
  addEventListener('drop', (event) => {
    event.preventDefault();
    void event.dataTransfer?.items[0]
      ?.getAsFileSystemHandle()
      .then((handle) => resolve(handle as FileSystemDirectoryHandle));
  });
});

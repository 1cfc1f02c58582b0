import { useSyncExternalStore } from 'react';
import type { Scan } from '#domain/run.ts';
import { reader } from '#workers/reader.ts';
import type { Source } from '#workers/sources.ts';
import { queryClient } from './query-client.ts';

/** The directory that the reader has open, and how far its listing is. */
export interface OpenedDirectory {
  /** Another each time one is opened, even the same. */
  readonly generation: number;
  readonly source: Source;
  readonly phase: 'reading' | 'done' | 'cancelled' | 'failed';
  /** Complete or so far. */
  readonly scan: Scan;
  /** Why it failed. */
  readonly error: unknown;
}

const listeners = new Set<() => void>();
let current: OpenedDirectory | null = null;
let running = new AbortController();

/** Lists a directory, in place of the one that was open. */
export function openDirectory(source: Source): void {
  running.abort();
  running = new AbortController();
  // What was read of the other directory; its paths may be the same.
  queryClient.clear();
  const { signal } = running;
  const generation = (current?.generation ?? 0) + 1;
  current = { generation, source, phase: 'reading', scan: nothingYet(source), error: null };
  emit();
  void list(source, signal);
  void findHidden(source, signal);
}

/** Stops listing; what was found stays. */
export function cancelOpening(): void {
  if (current?.phase !== 'reading') return;
  running.abort();
  change({ phase: 'cancelled' });
}

async function list(source: Source, signal: AbortSignal): Promise<void> {
  try {
    const scan = await reader.open(source.grant, {
      signal,
      onProgress: (scan) => {
        if (!signal.aborted) showScan(scan);
      },
    });
    if (signal.aborted) return;
    showScan(scan);
    change({ phase: 'done' });
  } catch (error) {
    if (!signal.aborted) change({ phase: 'failed', error });
  }
}

/** What only a drop can see comes later than the rest, and stays known. */
let hidden: readonly string[] | null = null;

async function findHidden({ findHidden }: Source, signal: AbortSignal): Promise<void> {
  hidden = null;
  const found = await findHidden?.(signal).catch(() => null);
  if (!found || signal.aborted) return;
  hidden = found;
  if (current) showScan(current.scan);
}

function showScan(scan: Scan): void {
  change({ scan: hidden === null ? scan : { ...scan, hidden } });
}

function nothingYet({ name }: Source): Scan {
  return {
    name,
    seen: 0,
    done: false,
    runs: [],
    datasets: [],
    graphs: [],
    unread: [],
    hidden: null,
    defects: [],
  };
}

function change(part: Partial<OpenedDirectory>): void {
  if (!current) return;
  current = { ...current, ...part };
  emit();
}

function emit(): void {
  for (const listener of listeners) listener();
}

/** `null` until one is opened. */
export function useOpenedDirectory(): OpenedDirectory | null {
  return useSyncExternalStore(subscribe, () => current);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

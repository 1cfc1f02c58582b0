import { useEffect, useState } from 'react';
import { keptSource, SAMPLE_KEY, SNAPSHOT_KEY, sampleSource } from '#workers/sources.ts';
import { type OpenedDirectory, openDirectory, useOpenedDirectory } from './opened-directory.ts';

/** Whether the directory that the URL names is open, and if not, what it takes. */
export type DirectoryState =
  | { readonly kind: 'none' | 'waiting' | 'lost' }
  /** The browser wants to ask, and may do so only after a click. */
  | { readonly kind: 'asking'; readonly key: string; readonly name: string }
  | { readonly kind: 'open'; readonly opened: OpenedDirectory };

/** Opens the directory that the URL names, as after a reload: the sample or a kept one. */
export function useDirectoryOfUrl(key: string | null): DirectoryState {
  const opened = useOpenedDirectory();
  const [unopened, setUnopened] = useState<Unopened>();
  const isOpen = opened?.source.key === key;

  useEffect(() => {
    if (key === null || isOpen) return;
    let isLeft = false;
    void reopen(key).then((state) => {
      if (!isLeft) setUnopened(state);
    });
    return () => {
      isLeft = true;
    };
  }, [key, isOpen]);

  if (key === null) return { kind: 'none' };
  if (opened && isOpen) return { kind: 'open', opened };
  if (unopened?.key !== key) return { kind: 'waiting' };
  return unopened.name === null ? { kind: 'lost' } : { kind: 'asking', key, name: unopened.name };
}

/** A directory that could not be opened by itself; `name` is `null` when it is not kept here. */
interface Unopened {
  readonly key: string;
  readonly name: string | null;
}

async function reopen(key: string): Promise<Unopened | undefined> {
  if (key === SNAPSHOT_KEY) return { key, name: null };
  if (key === SAMPLE_KEY) {
    openDirectory(sampleSource());
    return undefined;
  }
  const kept = await keptSource(key).catch(() => null);
  if (kept?.source) openDirectory(kept.source);
  return kept?.source ? undefined : { key, name: kept?.name ?? null };
}

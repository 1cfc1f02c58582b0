import { useState } from 'react';
import {
  dropSource,
  inputSource,
  keptSource,
  pickSource,
  type Source,
  sampleSource,
} from '#workers/sources.ts';

/** Why nothing was opened. */
export type OpeningNotice =
  | { readonly kind: 'cancelled' | 'notFolder' | 'emptyFolder' }
  | { readonly kind: 'failed'; readonly message: string };

/** Every way to get a directory, and what came of the last attempt. */
export interface Opening {
  readonly isWaiting: boolean;
  readonly notice: OpeningNotice | null;
  readonly pick: () => void;
  readonly drop: (data: DataTransfer) => void;
  readonly choose: (files: readonly File[]) => void;
  readonly sample: () => void;
  /** Opens a kept directory again; call it from a click, as the browser may ask. */
  readonly reopen: (key: string) => void;
  /** Opens a dropped folder again, with what its handle hides. */
  readonly snapshot: (source: Source) => void;
}

/** @param onSource called with the directory that was got */
export function useOpening(onSource: (source: Source) => void): Opening {
  const [isWaiting, setWaiting] = useState(false);
  const [notice, setNotice] = useState<OpeningNotice | null>(null);

  async function attempt(
    get: () => Promise<Source | null>,
    otherwise: 'cancelled' | 'notFolder' | 'emptyFolder',
  ): Promise<void> {
    setWaiting(true);
    setNotice(null);
    try {
      const source = await get();
      if (source) onSource(source);
      else setNotice({ kind: otherwise });
    } catch (error) {
      setNotice({ kind: 'failed', message: String(error) });
    } finally {
      setWaiting(false);
    }
  }

  async function kept(key: string): Promise<Source | null> {
    return (await keptSource(key, { mayAsk: true }))?.source ?? null;
  }

  return {
    isWaiting,
    notice,
    pick: () => void attempt(pickSource, 'cancelled'),
    drop: (data) => void attempt(() => dropSource(data), 'notFolder'),
    choose: (files) => void attempt(async () => inputSource(files), 'emptyFolder'),
    sample: () => onSource(sampleSource()),
    reopen: (key) => void attempt(() => kept(key), 'cancelled'),
    snapshot: (source) => void attempt(() => snapshotOf(source), 'emptyFolder'),
  };
}

async function snapshotOf({ snapshot }: Source): Promise<Source | null> {
  return (await snapshot?.(new AbortController().signal)) ?? null;
}

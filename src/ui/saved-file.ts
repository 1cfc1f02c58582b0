/** A file to be saved: what it holds is made as it is written, piece by piece. */
export interface SavedFile {
  readonly name: string;
  /** Bytes; `null`: known only when all of it is written. */
  readonly size: number | null;
  /** From 0 to 1, how much of it is made, where its size is not known. */
  readonly made?: (() => number) | undefined;
  readonly pieces: (signal: AbortSignal) => AsyncGenerator<Uint8Array<ArrayBuffer>>;
}

/** Names that Windows keeps for devices, whatever their ending. */
const RESERVED = /^(?:con|prn|aux|nul|com\d|lpt\d)(?=$|\.)/i;

/** Bytes that a name may have with room for an ending; most file systems take 255. */
const LONGEST = 120;

/** What no file system refuses in a name, made of any text; its end is kept, which tells more. */
export function fileName(text: string, otherwise = 'file'): string {
  const safe = text
    .normalize('NFC')
    .replace(/[^\p{L}\p{N}._-]+/gu, '_')
    .replace(/^[._]+|[._]+$/g, '');
  const bytes = new TextEncoder().encode(safe);
  const short = new TextDecoder().decode(bytes.subarray(-LONGEST)).replace(/^\ufffd+/, '');
  return short.replace(RESERVED, '_$&') || otherwise;
}

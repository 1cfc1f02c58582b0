import type { CheckpointFormat } from '#formats/checkpoint-format.ts';
import type { Probe } from '#formats/probe.ts';

/** Records of a torch archive, below its one folder. Those of a `.pt2` lie deeper in `data/`. */
const RECORD =
  /^[^/]+\/(data\.pkl|data\/[^/]+|constants\.pkl|code\/.+|version|byteorder|\.format_version|\.storage_alignment|\.data\/serialization_id)$/;
/** Only an exported program has it. */
const EXPORTED = '/archive_format';
const ENTRY_SIGNATURE = 'PK\x01\x02';
const END_SIGNATURE = 'PK\x05\x06';
const NAMES = /\.(pt|pth|ckpt|bin|th|tar|tmp)$/i;

/** A zip archive that `torch.save` wrote, whatever its name: whole, or as far as it got. */
export const pytorch: CheckpointFormat = {
  id: 'pytorch',
  title: 'PyTorch',
  framework: 'pytorch',
  spec: 'https://docs.pytorch.org/docs/stable/notes/serialization.html',
  detect,
  open: async (...args) => (await import('./reader.ts')).open(...args),
};

function detect({ path, head, tail }: Probe): boolean {
  // Parts of a distributed checkpoint are archives one after another.
  if (path.endsWith('.distcp')) return false;
  const end = latin1(tail);
  if (end.includes(EXPORTED)) return false;
  if (hasRecords(end)) return true;
  const name = firstName(head);
  if (name === undefined) return false;
  // Broken off within the first name: what a save that was killed leaves.
  if (name === '') return NAMES.test(path);
  return RECORD.test(name);
}

/** The name in the first local header; `''` when the file ends before it, `undefined` when it has none. */
function firstName(head: Uint8Array): string | undefined {
  if (head[0] !== 0x50 || head[1] !== 0x4b || head[2] !== 3 || head[3] !== 4) return undefined;
  const length = (head[26] ?? 0) + 256 * (head[27] ?? 0);
  return head.length < 30 + length ? '' : latin1(head.subarray(30, 30 + length));
}

/** Whether the directory at the end of a file lists the pickle, though it starts as something else. */
function hasRecords(end: string): boolean {
  if (!end.includes(END_SIGNATURE)) return false;
  for (let at = end.indexOf(ENTRY_SIGNATURE); at >= 0; at = end.indexOf(ENTRY_SIGNATURE, at + 1)) {
    const length = end.charCodeAt(at + 28) + 256 * end.charCodeAt(at + 29);
    if (/^[^/]+\/data\.pkl/.test(end.slice(at + 46, at + 46 + length))) return true;
  }
  return false;
}

function latin1(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
}

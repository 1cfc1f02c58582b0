import type { Probe } from '#formats/probe.ts';

/** Signature of the first file in a zip archive. */
const LOCAL_HEADER = [0x50, 0x4b, 3, 4];

/** Names that only an exported program has; `archive_format` is written last, near the end of the file. */
const NAMES =
  /(?:^|\/)(?:archive_format|serialized_exported_program\.json|models\/[^/]+\.json|data\/(?:weights|constants)\/\w+_config\.json)/;

/** The name of its first file, or its directory at the end, shows what a zip archive is. */
export function isExportArchive({ head, tail }: Probe): boolean {
  if (LOCAL_HEADER.some((byte, i) => head[i] !== byte)) return false;
  const first = latin1(head.subarray(30, 30 + (head[26] ?? 0) + 256 * (head[27] ?? 0)));
  return /^[^/]*\/data\/(?:weights|constants)\//.test(first) || NAMES.test(latin1(tail));
}

function latin1(bytes: Uint8Array): string {
  return new TextDecoder('latin1').decode(bytes);
}

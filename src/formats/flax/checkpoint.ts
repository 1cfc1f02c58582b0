import type { CheckpointFormat } from '#formats/checkpoint-format.ts';
import type { Probe } from '#formats/probe.ts';

export const flax: CheckpointFormat = {
  id: 'flax-msgpack',
  title: 'Flax MessagePack',
  framework: 'jax',
  spec: 'https://flax.readthedocs.io/en/latest/api_reference/flax.serialization.html',
  detect,
  open: async (...args) => (await import('./reader.ts')).open(...args),
};

const NAMES = /\.(?:msgpack|flax)$|(?:^|\/)[^/.]*checkpoint_\d+(?:\.orbax.*|tmp)?$/i;
/** The type of an array, as a text of the length that MessagePack puts before it. */
const DTYPE = /\xa7float(?:32|16|64)|\xa8bfloat16|\xa5int(?:32|64)|\xa6uint32/;

/** A map, under a name that Flax gives, or with arrays in it near the start. */
function detect({ path, head }: Probe): boolean {
  const [first = 0, second = 0] = head;
  const isMap = (first >= 0x80 && first < 0x90) || first === 0xde || first === 0xdf;
  if (!isMap) return false;
  if (NAMES.test(path)) return true;
  // The number of a pickle's protocol looks like a map too.
  const isText = first >= 0xde || (second >= 0xa0 && second < 0xc0) || second === 0xd9;
  return isText && DTYPE.test(latin1(head));
}

function latin1(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
}

import type { CheckpointFormat } from '#formats/checkpoint-format.ts';
import type { Probe } from '#formats/probe.ts';

export const pickle: CheckpointFormat = {
  id: 'pickle',
  title: 'Python pickle',
  framework: null,
  spec: 'https://docs.python.org/3/library/pickle.html',
  detect,
  open: async (...args) => (await import('./reader.ts')).open(...args),
};

/** Opcodes with which a pickle of protocol 2 or 3 begins, and the frame of later ones. */
const FIRST = new Set(Array.from('}](cXUVKMJGNCB)IL.SFT', (code) => code.charCodeAt(0)));
const FIRST_BINARY = new Set([0x88, 0x89, 0x8a, 0x8b, 0x8c, 0x8d, 0x8e, 0x8f, 0x95, 0x96]);
const STOP = 0x2e;

/** Protocols 2 to 5 say their number; older ones say nothing that is sure, so that the name decides. */
function detect({ path, head, tail }: Probe): boolean {
  const [mark = 0, protocol = 0, first = 0] = head;
  if (mark === 0x80 && protocol >= 2 && protocol <= 5) {
    return FIRST.has(first) || FIRST_BINARY.has(first);
  }
  return /\.(?:pkl|pickle|p)$/i.test(path) && FIRST.has(mark) && tail.at(-1) === STOP;
}

import type { DatasetFormat } from '#formats/dataset-format.ts';
import type { Probe } from '#formats/probe.ts';

/** Arrow's IPC files and streams, and Feather of both versions. */
export const arrow: DatasetFormat = {
  id: 'arrow',
  title: 'Arrow',
  spec: 'https://arrow.apache.org/docs/format/Columnar.html',
  detect,
  open: async (...args) => (await import('./reader.ts')).openArrow(...args),
};

function detect({ path, head }: Probe): boolean {
  const magic = String.fromCharCode(...head.subarray(0, 6));
  if (magic === 'ARROW1' || magic.startsWith('FEA1')) return true;
  const isStream = head[0] === 0xff && head[1] === 0xff && head[2] === 0xff && head[3] === 0xff;
  return isStream && /\.(?:arrows?|feather|ipc)$/i.test(path);
}

import type { QueryClient } from '@tanstack/react-query';
import type { RunDetails } from '#domain/run-details.ts';
import type { CardFileKind } from '#features/charts/card-actions.ts';
import type { ChartSetting } from '#features/charts/chart-setting.ts';
import type { Metric } from '#features/charts/metric-groups.ts';
import type { Language } from '#ui/language.ts';
import { fileName, type SavedFile } from '#ui/saved-file.ts';
import { reader } from '#workers/reader.ts';

/** A card, and what it is drawn with. */
export interface CardRequest {
  readonly metric: Metric;
  readonly setting: ChartSetting;
  readonly client: QueryClient;
  readonly language: Language;
}

/** A card as a file; what makes it is loaded when it is wanted. */
export function cardFile(kind: CardFileKind, request: CardRequest): SavedFile {
  return {
    name: `${fileName(request.metric.tag, 'chart')}${kind === 'groups' ? '-groups.csv' : `.${kind}`}`,
    size: null,
    async *pieces(signal) {
      const { cardPieces } = await import('./card-pieces.ts');
      yield* cardPieces(kind, request, signal);
    },
  };
}

/** Every point of every metric of the runs as a file, which tells how far it is. */
export function allFile(
  kind: 'csv' | 'json',
  directory: string,
  details: readonly RunDetails[],
): SavedFile {
  const total = details
    .flatMap(({ metrics }) => metrics)
    .reduce((sum, { count }) => sum + count, 0);
  let done = 0;
  return {
    name: `${fileName(directory, 'runs')}-metrics.${kind}`,
    size: null,
    made: () => (total === 0 ? 1 : Math.min(1, done / total)),
    async *pieces(signal) {
      const { allCsv, allJson } = await import('./all-points.ts');
      const encoder = new TextEncoder();
      const texts = (kind === 'csv' ? allCsv : allJson)(details, {
        read: (run, tag) => reader.points({ run, tag }, { signal }),
        signal,
        onProgress: (points) => {
          done = points;
        },
      });
      for await (const piece of texts) yield encoder.encode(piece);
    },
  };
}

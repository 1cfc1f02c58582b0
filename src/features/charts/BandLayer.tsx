import { memo, useId, useMemo } from 'react';
import styles from './Bands.module.css';
import { areaPath } from './band-area.ts';
import type { DrawnBand } from './bands.ts';
import type { DrawnLine } from './drawn-lines.ts';
import { LineLayer } from './LineLayer.tsx';
import plot from './Plot.module.css';
import { EDGES, type Geometry } from './plot-geometry.ts';

export interface BandLayerProps {
  readonly bands: readonly DrawnBand[];
  /** Single runs of the groups, drawn faint in the colours of those; empty: none. */
  readonly singles: readonly DrawnLine[];
  readonly geometry: Geometry;
}

/** What lies under the centre lines of groups: how far their runs are apart, and the runs themselves. */
export const BandLayer = memo(function BandLayer({ bands, singles, geometry }: BandLayerProps) {
  const clip = useId();
  const { width, height, scales } = geometry;
  const paths = useMemo(
    () => bands.map(({ band, group }) => ({ group, path: areaPath(band, scales) })),
    [bands, scales],
  );
  return (
    <>
      <svg className={plot.layer} width={width} height={height} aria-hidden="true">
        <clipPath id={clip}>
          <rect
            x={EDGES.left}
            y={0}
            width={Math.max(0, width - EDGES.left - EDGES.right + 1)}
            height={Math.max(0, height - EDGES.bottom + 1)}
          />
        </clipPath>
        <g clipPath={`url(#${clip})`} className={styles.areas}>
          {paths.map(({ group, path }) =>
            path === '' ? null : (
              <path key={group.id} d={path} style={{ fill: group.mark.colour }} />
            ),
          )}
        </g>
      </svg>
      {singles.length > 0 && (
        <div className={styles.singles}>
          <LineLayer lines={singles} geometry={geometry} />
        </div>
      )}
    </>
  );
});

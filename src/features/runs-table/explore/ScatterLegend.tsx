import { useAxisWords } from './axis-words.ts';
import styles from './Explore.module.css';
import { type Looks, shapePath } from './scatter-look.ts';

export interface ScatterLegendProps {
  readonly legend: Looks['legend'];
}

/** More categories than these are told by hovering alone. */
const MAX_ENTRIES = 40;

/** What colours and shapes of the points stand for. */
export function ScatterLegend({ legend }: ScatterLegendProps) {
  const words = useAxisWords();
  if (legend.length === 0) return null;
  return (
    <ul className={styles.legend}>
      {legend.slice(0, MAX_ENTRIES).map(({ label, look }) => (
        <li key={label}>
          <svg viewBox="-6 -6 12 12" aria-hidden="true">
            <path
              d={shapePath(look.shape, look.radius)}
              style={
                look.isHollow
                  ? { fill: 'none', stroke: look.colour }
                  : { fill: look.colour, stroke: 'none' }
              }
            />
          </svg>
          {words.value(label)}
        </li>
      ))}
      {legend.length > MAX_ENTRIES && <li>…</li>}
    </ul>
  );
}

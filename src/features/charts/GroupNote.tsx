import { useStrings } from '#ui/strings.ts';
import styles from './Bands.module.css';
import type { ChartGroups } from './chart-groups.ts';
import { groupTexts } from './group-strings.ts';
import type { ChartsView } from './view.ts';

export interface GroupNoteProps {
  readonly groups: ChartGroups;
  readonly view: ChartsView;
}

/** Keys that are named; more are counted. */
const NAMED = 6;

/** How the groups came about, in a line. */
export function GroupNote({ groups: { groups, leftOut }, view }: GroupNoteProps) {
  const t = useStrings(groupTexts);
  const runs = groups.reduce((sum, group) => sum + group.runs.length, 0);
  const byName = groups.filter(({ isByName }) => isByName).length;
  const list = (why: 'seed' | 'name') => {
    const keys = leftOut.filter((one) => one.why === why).map(({ key }) => key);
    const more = keys.length - NAMED;
    return [...keys.slice(0, NAMED), ...(more > 0 ? [t.andMore(more)] : [])].join(', ');
  };
  const [seeds, names] = [list('seed'), list('name')];
  const isNoSeed = view.group === 'no-seed';
  const isAroundMean = view.centre === 'median' && !['range', 'none'].includes(view.spread);
  const notes = [
    t.ofRuns(groups.length, runs),
    seeds !== '' && t.leftOutSeed(seeds),
    names !== '' && t.leftOutName(names),
    isNoSeed && seeds === '' && names === '' && byName < groups.length && t.nothingLeftOut,
    byName > 0 && t.byName(byName),
    view.spread !== 'none' && t[`${view.spread}Note`],
    isAroundMean && t.aroundMean,
  ].filter((note) => note !== false);
  return (
    <p className={styles.note} role="status">
      {notes.join(' · ')}
    </p>
  );
}

import { useMemo } from 'react';
import { isSeedKey } from '#domain/run-groups.ts';
import type { PageProps } from '#ui/page-props.ts';
import { SegmentedControl } from '#ui/SegmentedControl.tsx';
import { Select } from '#ui/Select.tsx';
import { Switch } from '#ui/Switch.tsx';
import { useStrings } from '#ui/strings.ts';
import type { RunDetails } from '#workers/api.ts';
import styles from './Bands.module.css';
import { groupKeys, groupOfKey } from './chart-groups.ts';
import { groupTexts } from './group-strings.ts';
import type { ChartsView } from './view.ts';

export interface GroupControlsProps extends Pick<PageProps<ChartsView>, 'view' | 'onView'> {
  /** Of the selected runs. */
  readonly details: readonly RunDetails[];
}

const SPREADS = ['std', 'sem', 'ci95', 'range', 'none'] as const;
const CENTRES = ['mean', 'median'] as const;

/** No group has this as its id: keys follow `key:`. */
const NONE = 'none';
const NO_SEED = 'no-seed';

/** By what runs are put together, and what of them is drawn. */
export function GroupControls({ view, onView, details }: GroupControlsProps) {
  const t = useStrings(groupTexts);
  const keys = useMemo(() => groupKeys(details), [details]);
  const chosen = view.group ?? NONE;
  const options = [
    { id: NONE, label: t.noGroups },
    { id: NO_SEED, label: t.noSeed, detail: t.noSeedWhy },
    ...keys
      .toSorted((a, b) => Number(isSeedKey(a)) - Number(isSeedKey(b)))
      .map((key) => ({ id: groupOfKey(key), label: t.byKey(key) })),
  ];
  // An address may name a key that these runs do not have.
  const isKnown = options.some(({ id }) => id === chosen);
  const unknown = { id: chosen, label: t.byKey(chosen.slice(groupOfKey('').length)) };
  return (
    <fieldset className={styles.controls} aria-label={t.options}>
      <div className={styles.group}>
        <Select
          label={t.group}
          value={chosen}
          onChange={(id) => onView({ group: id === NONE ? null : id })}
          options={isKnown ? options : [...options, unknown]}
        />
      </div>
      {view.group !== null && (
        <>
          <SegmentedControl
            label={t.centre}
            value={view.centre}
            onChange={(centre) => onView({ centre })}
            segments={CENTRES.map((id) => ({ id, label: t[id] }))}
          />
          <div className={styles.spread}>
            <Select
              label={t.spread}
              value={view.spread}
              onChange={(spread) => onView({ spread })}
              options={SPREADS.map((id) => ({ id, label: t[id] }))}
            />
          </div>
          <Switch isSelected={view.singles} onChange={(singles) => onView({ singles })}>
            {t.singles}
          </Switch>
        </>
      )}
    </fieldset>
  );
}

import { useState } from 'react';
import { Dialog, DialogTrigger } from 'react-aria-components/Dialog';
import { Popover } from 'react-aria-components/Popover';
import { orderMetrics } from '#domain/metric-kind.ts';
import { Button } from '#ui/Button.tsx';
import { Checkbox } from '#ui/Checkbox.tsx';
import { classNames } from '#ui/class-names.ts';
import { useNumberFormats } from '#ui/format-number.ts';
import { NumberField } from '#ui/NumberField.tsx';
import { SegmentedControl } from '#ui/SegmentedControl.tsx';
import { useStrings } from '#ui/strings.ts';
import { TextField } from '#ui/TextField.tsx';
import { visibleText } from '#ui/visible-text.ts';
import styles from './ColumnChooser.module.css';
import { ALL, DIFFERING, tokenOf } from './column-list.ts';
import { columnId, type MetricValue } from './column-spec.ts';
import type { Names } from './name-resolution.ts';
import type { RunColumn } from './run-columns.ts';
import { ShownColumns } from './ShownColumns.tsx';
import { texts } from './strings.ts';
import type { Layout } from './use-layout.ts';

export interface ColumnChooserProps {
  readonly layout: Layout;
  readonly names: Names;
  /** As they are shown. */
  readonly columns: readonly RunColumn[];
}

/** Which columns there are, and in which order. */
export function ColumnChooser(props: ColumnChooserProps) {
  const t = useStrings(texts);
  return (
    <DialogTrigger>
      <Button>{t.columns}</Button>
      <Popover className={classNames(styles.popover)} offset={2} placement="bottom end">
        <Dialog className={classNames(styles.dialog)} aria-label={t.columns}>
          <Choices {...props} />
        </Dialog>
      </Popover>
    </DialogTrigger>
  );
}

/** Of each kind, shown at a time: a directory may have thousands. */
const LISTED = 60;

const FACTS = ['state', 'spark', 'duration', 'checkpoints', 'bytes', 'started', 'path'] as const;

function Choices({ layout, names, columns }: ColumnChooserProps) {
  const t = useStrings(texts);
  const [find, setFind] = useState('');
  const wanted = find.trim().toLowerCase();
  const matching = (list: readonly string[]) =>
    list.filter((name) => name.toLowerCase().includes(wanted));
  const metrics = matching(orderMetrics([...names.metrics]));
  const keys = matching(layout.keys.all);
  const tags = matching([...names.tags].sort());
  const facts = FACTS.filter((fact) => t[fact].toLowerCase().includes(wanted));
  const count = metrics.length + keys.length + tags.length + facts.length;

  return (
    <div className={styles.chooser}>
      <div className={styles.available}>
        <TextField
          label={t.find}
          isLabelHidden
          isSearch
          placeholder={t.find}
          value={find}
          onChange={setFind}
        />
        <MetricChoices tags={metrics} layout={layout} />
        {keys.length > 0 && (
          <section>
            <h3>{t.configuration}</h3>
            <SegmentedControl
              label={t.keysShown}
              value={tokenOf(layout.list) ?? 'named'}
              segments={[
                { id: DIFFERING, label: t.differing },
                { id: ALL, label: t.allKeys },
                { id: 'named', label: t.namedKeys },
              ]}
              onChange={(which) => layout.showKeys(which === 'named' ? null : which)}
            />
            <Boxes
              layout={layout}
              items={keys.map((key) => [columnId({ kind: 'configuration', key }), key])}
            />
          </section>
        )}
        {tags.length > 0 && (
          <section>
            <h3>{t.tags}</h3>
            <Boxes
              layout={layout}
              items={tags.map((key) => [columnId({ kind: 'tag', key }), key])}
            />
          </section>
        )}
        {facts.length > 0 && (
          <section>
            <h3>{t.others}</h3>
            <Boxes layout={layout} items={facts.map((fact) => [fact, t[fact]])} />
          </section>
        )}
        {count === 0 && <p className={styles.quiet}>{t.noColumn}</p>}
      </div>
      <ShownColumns layout={layout} columns={columns} />
    </div>
  );
}

interface BoxesProps {
  readonly layout: Layout;
  /** Ids of columns and what they are called. */
  readonly items: readonly (readonly [string, string])[];
}

function Boxes({ layout, items }: BoxesProps) {
  return (
    <>
      {items.slice(0, LISTED).map(([id, title]) => (
        <Box key={id} id={id} layout={layout}>
          {visibleText(title)}
        </Box>
      ))}
      <More count={items.length - LISTED} />
    </>
  );
}

interface BoxProps {
  readonly id: string;
  readonly layout: Layout;
  readonly children: string;
  readonly label?: string;
}

function Box({ id, layout, children, label }: BoxProps) {
  return (
    <Checkbox
      isSelected={layout.ids.includes(id)}
      onChange={(isShown) => (isShown ? layout.show(id) : layout.hide(id))}
      {...(label === undefined ? {} : { 'aria-label': label })}
    >
      {children}
    </Checkbox>
  );
}

function More({ count }: { readonly count: number }) {
  const t = useStrings(texts);
  const formats = useNumberFormats();
  return count > 0 ? <p className={styles.quiet}>{t.more(formats.count(count))}</p> : null;
}

const VALUES = ['best', 'last', 'min', 'max', 'cursor'] as const satisfies readonly MetricValue[];

function MetricChoices({ tags, layout }: { tags: readonly string[]; layout: Layout }) {
  const t = useStrings(texts);
  const { step: stepWords } = useNumberFormats();
  const [step, setStep] = useState(0);
  if (tags.length === 0) return null;
  return (
    <section>
      <h3>{t.metrics}</h3>
      <NumberField
        label={t.stepOf}
        value={step}
        onChange={(next) => setStep(Number.isNaN(next) ? 0 : next)}
        isPlain
      />
      {tags.slice(0, LISTED).map((tag) => (
        <fieldset key={tag} className={styles.metric}>
          <legend>{visibleText(tag)}</legend>
          {VALUES.map((value) => (
            <Box
              key={value}
              id={columnId({ kind: 'metric', value, tag, step: null })}
              layout={layout}
              label={t.metricColumn(tag, t[value])}
            >
              {t[value]}
            </Box>
          ))}
          <Box
            id={columnId({ kind: 'metric', value: 'at', tag, step })}
            layout={layout}
            label={t.metricColumn(tag, t.at(stepWords(step)))}
          >
            {t.at(stepWords(step))}
          </Box>
        </fieldset>
      ))}
      <More count={tags.length - LISTED} />
    </section>
  );
}

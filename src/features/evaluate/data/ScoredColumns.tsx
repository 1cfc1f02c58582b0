import type { DatasetSummary } from '#domain/dataset.ts';
import type { Graph } from '#domain/graph.ts';
import page from '#features/evaluate/EvaluatePage.module.css';
import type { Columns } from '#features/evaluate/plan.ts';
import { texts } from '#features/evaluate/strings.ts';
import { shapeWords } from '#features/evaluate/words.ts';
import { NumberField } from '#ui/NumberField.tsx';
import { Select } from '#ui/Select.tsx';
import { useStrings } from '#ui/strings.ts';
import { visibleText } from '#ui/visible-text.ts';
import { ColumnChecks } from './ColumnChecks.tsx';
import { dataTexts } from './strings.ts';
import { isClassification } from './task-choice.ts';
import type { UsedSettings } from './use-data-settings.ts';

export interface ScoredColumnsProps {
  readonly dataset: DatasetSummary;
  readonly graph: Graph | undefined;
  readonly columns: Columns;
  readonly used: UsedSettings;
}

const FIRST = '';

/** What the outputs are compared with, and by which columns the examples are told apart. */
export function ScoredColumns(props: ScoredColumnsProps) {
  const { dataset, graph, columns, used } = props;
  const t = useStrings(dataTexts);
  const { settings, change } = used;
  const { task, slices } = columns;
  const single = dataset.columns.filter(({ shape }) => shape.length === 0).map(({ name }) => name);
  const outputs = graph?.outputs ?? [];
  return (
    <>
      {(isClassification(task) || task === 'next-token' || outputs.length > 1) && (
        <div className={page.row}>
          {isClassification(task) && <LabelField {...props} />}
          {task === 'binary' && <PositiveField {...props} />}
          {task === 'next-token' && <MaskField {...props} />}
          {outputs.length > 1 && (
            <Select
              label={t.output}
              value={settings.output ?? FIRST}
              options={[
                { id: FIRST, label: t.firstOutput(outputs[0]?.name ?? '') },
                ...outputs.map(({ name }) => ({ id: name, label: name })),
              ]}
              onChange={(id) => change({ output: id === FIRST ? null : id })}
            />
          )}
        </div>
      )}
      <div className={page.tools}>
        {!isClassification(task) && <TargetsField {...props} />}
        {dataset.columns.length > 1 && (
          <ColumnChecks
            label={t.slices}
            detail={slices.length === 0 ? t.noSlices : slices.map(visibleText).join(', ')}
            note={t.slicesWhy}
            columns={single}
            chosen={slices}
            onChange={(next) => change({ slices: next })}
          />
        )}
      </div>
    </>
  );
}

function LabelField({ dataset, columns, used }: ScoredColumnsProps) {
  const t = useStrings(texts);
  return (
    <Select
      label={t.label}
      value={columns.label}
      options={dataset.columns.map(({ name, shape, dtype, classes }) => ({
        id: name,
        label: name,
        detail: `${dtype} ${shapeWords(shape)}${classes ? ` (${classes.slice(0, 5).join(', ')})` : ''}`,
      }))}
      onChange={(label) => used.change({ label, inputs: null, classes: null, positive: null })}
    />
  );
}

function TargetsField({ dataset, columns, used }: ScoredColumnsProps) {
  const t = useStrings(dataTexts);
  const { task, targets, inputs } = columns;
  const others = dataset.columns.filter(({ name }) => dataset.tabular || !inputs.includes(name));
  const none = task === 'next-token' ? t.ownTokens : t.noTargets;
  return (
    <ColumnChecks
      label={t.targets}
      detail={targets.length === 0 ? none : targets.map(visibleText).join(', ')}
      columns={others.map(({ name }) => name)}
      chosen={targets}
      onChange={(next) => used.change({ targets: next })}
    />
  );
}

/** Of a column of words, the class by its word. */
function PositiveField({ dataset, columns, used }: ScoredColumnsProps) {
  const t = useStrings(dataTexts);
  const positive = used.settings.positive ?? 1;
  const words = dataset.columns.find(({ name }) => name === columns.label)?.classes;
  if (words?.length === 2) {
    const { classes } = used.settings;
    return (
      <Select
        label={t.positive}
        value={String(positive)}
        options={words.map((word, index) => ({
          id: String(classes?.[index] ?? index),
          label: visibleText(word),
        }))}
        onChange={(id) => used.change({ positive: Number(id) })}
      />
    );
  }
  return (
    <NumberField
      label={t.positive}
      value={positive}
      min={0}
      max={1}
      step={1}
      onChange={(value) => used.change({ positive: value === 0 ? 0 : 1 })}
    />
  );
}

function MaskField({ dataset, columns, used }: Omit<ScoredColumnsProps, 'graph'>) {
  const t = useStrings(dataTexts);
  const others = dataset.columns.filter(({ name }) => name !== columns.inputs[0]);
  return (
    <Select
      label={t.mask}
      value={columns.mask ?? ''}
      options={[
        { id: '', label: t.allPlaces },
        ...others.map(({ name }) => ({ id: name, label: t.notZero(visibleText(name)) })),
      ]}
      onChange={(mask) => used.change({ mask })}
    />
  );
}

import { type MetricKind, metricKind } from '#domain/metric-kind.ts';
import { Button } from '#ui/Button.tsx';
import { Dialog } from '#ui/Dialog.tsx';
import { useMetricKinds } from '#ui/metric-kinds.ts';
import { SegmentedControl } from '#ui/SegmentedControl.tsx';
import { Select } from '#ui/Select.tsx';
import { useStrings } from '#ui/strings.ts';
import { visibleText } from '#ui/visible-text.ts';
import styles from './Cards.module.css';
import { cardTexts } from './card-strings.ts';
import { useKindWords } from './use-kind-words.ts';

export interface KindDialogProps {
  readonly tag: string;
  /** `OpenedDirectory.key` */
  readonly directory: string;
  readonly onClose: () => void;
}

const MEASURES = ['loss', 'accuracy', 'learning-rate', 'progress', 'other'] as const;
const SPLITS = ['train', 'validation', 'test'] as const;
const BETTER = ['lower', 'higher'] as const;

/** What a metric means, to be changed where its name says something else. */
export function KindDialog({ tag, directory, onClose }: KindDialogProps) {
  const t = useStrings(cardTexts);
  const { kindOf, isGiven, give } = useMetricKinds(directory);
  const kind = kindOf(tag);
  const words = useKindWords();
  const change = (part: Partial<MetricKind>) => give(tag, { ...kind, ...part });
  return (
    <Dialog
      title={t.meaningTitle(visibleText(tag))}
      isOpen
      onClose={onClose}
      footer={
        <>
          <Button isDisabled={!isGiven(tag)} onPress={() => give(tag, null)}>
            {t.byNameAgain}
          </Button>
          <Button look="primary" onPress={onClose}>
            {t.done}
          </Button>
        </>
      }
    >
      <div className={styles.kind}>
        <p className={styles.quiet}>{t.meaningWhy}</p>
        <Select
          label={t.measures}
          value={kind.measures}
          onChange={(measures) => change({ measures })}
          options={MEASURES.map((id) => ({ id, label: t[id] }))}
        />
        <SegmentedControl
          label={t.split}
          value={kind.split ?? 'none'}
          onChange={(split) => change({ split: split === 'none' ? null : split })}
          segments={[
            ...SPLITS.map((id) => ({ id, label: t[id] })),
            { id: 'none' as const, label: t.noSplit },
          ]}
        />
        <SegmentedControl
          label={t.better}
          value={kind.better ?? 'none'}
          onChange={(better) => change({ better: better === 'none' ? null : better })}
          segments={[
            ...BETTER.map((id) => ({ id, label: t[id] })),
            { id: 'none' as const, label: t.noBetter },
          ]}
        />
        <p className={styles.quiet}>{t.byName(words(metricKind(tag)) || t.noSplit)}</p>
      </div>
    </Dialog>
  );
}

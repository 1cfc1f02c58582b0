import { useState } from 'react';
import type { VirtualCheckpoint } from '#domain/evaluation.ts';
import { averagingWeights } from '#domain/virtual-checkpoint.ts';
import page from '#features/evaluate/EvaluatePage.module.css';
import { Button } from '#ui/Button.tsx';
import { Dialog } from '#ui/Dialog.tsx';
import { useNumberFormats } from '#ui/format-number.ts';
import { NumberField } from '#ui/NumberField.tsx';
import { SegmentedControl } from '#ui/SegmentedControl.tsx';
import { useStrings } from '#ui/strings.ts';
import { TextField } from '#ui/TextField.tsx';
import { averageTexts } from './strings.ts';
import { type Candidate, freeName } from './virtual-candidates.ts';

export interface AverageDialogProps {
  /** In the order of their steps. */
  readonly members: readonly Candidate[];
  /** Names of averages and paths of checkpoints. */
  readonly taken: readonly string[];
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly onAdd: (name: string, virtual: VirtualCheckpoint) => void;
}

/** Of ten checkpoints, the first still counts a third. */
const USUAL_DECAY = 0.9;

/** Makes one checkpoint of several. */
export function AverageDialog(props: AverageDialogProps) {
  const { members, taken, isOpen, onClose, onAdd } = props;
  const t = useStrings(averageTexts);
  const { count, percent } = useNumberFormats();
  const [kind, setKind] = useState<'mean' | 'ema'>('mean');
  const [decay, setDecay] = useState(USUAL_DECAY);
  const [typed, setTyped] = useState<string | null>(null);
  const of = members.map(({ path }) => path);
  const virtual: VirtualCheckpoint = kind === 'mean' ? { kind, of } : { kind, of, decay };
  const n = count(of.length);
  const usual = freeName(kind === 'mean' ? t.meanOf(n) : t.emaOf(n, String(decay)), taken);
  const name = (typed ?? usual).trim();
  const isTaken = taken.includes(name);
  const shares = of.length > 0 ? averagingWeights(virtual) : [];

  function close() {
    setTyped(null);
    onClose();
  }

  return (
    <Dialog
      title={t.title}
      isOpen={isOpen}
      onClose={close}
      footer={
        <Button
          look="primary"
          isDisabled={name === '' || isTaken || of.length < 2}
          onPress={() => {
            onAdd(name, virtual);
            close();
          }}
        >
          {t.add}
        </Button>
      }
    >
      <div className={page.fields}>
        <p className={page.quiet}>{t.why}</p>
        <div className={page.tools}>
          <SegmentedControl
            label={t.kind}
            value={kind}
            segments={[
              { id: 'mean', label: t.mean },
              { id: 'ema', label: t.ema },
            ]}
            onChange={setKind}
          />
          {kind === 'ema' && (
            <NumberField
              label={t.decay}
              isPlain
              value={decay}
              min={0}
              max={1}
              onChange={(value) => setDecay(Number.isNaN(value) ? USUAL_DECAY : value)}
            />
          )}
        </div>
        {kind === 'ema' && <p className={page.reason}>{t.decayWhy}</p>}
        <TextField
          label={t.name}
          value={typed ?? usual}
          onChange={setTyped}
          error={isTaken ? t.taken : undefined}
        />
        <p>{t.of(n)}</p>
        <ol className={page.lacks}>
          {of.map((path, index) => (
            <li key={path}>
              <code>{path}</code>{' '}
              <span className={page.quiet}>{t.part(percent(shares[index] ?? 0))}</span>
            </li>
          ))}
        </ol>
      </div>
    </Dialog>
  );
}

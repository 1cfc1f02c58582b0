import { useState } from 'react';
import { CheckpointError } from '#domain/problem.ts';
import page from '#features/evaluate/EvaluatePage.module.css';
import { loadEvaluator } from '#features/evaluate/queries.ts';
import { Button } from '#ui/Button.tsx';
import { ErrorNote } from '#ui/ErrorNote.tsx';
import { useNumberFormats } from '#ui/format-number.ts';
import { SavingNote } from '#ui/SavingNote.tsx';
import { MAX_IN_MEMORY, saveWay } from '#ui/save-target.ts';
import { useStrings } from '#ui/strings.ts';
import { useSaving } from '#ui/use-saving.ts';
import { averageTexts } from './strings.ts';
import type { Candidate } from './virtual-candidates.ts';
import { averageFile } from './virtual-file.ts';

export interface VirtualToolsProps {
  readonly candidate: Candidate;
  readonly onRemove: () => void;
}

/** What an average is made of, and what can be done with it. */
export function VirtualTools({ candidate, onRemove }: VirtualToolsProps) {
  const t = useStrings(averageTexts);
  const { count, bytes } = useNumberFormats();
  const saving = useSaving();
  const [failure, setFailure] = useState<unknown>(null);
  const [isTooLarge, setTooLarge] = useState(false);
  const { path, virtual, lacking = [] } = candidate;
  if (!virtual) return null;
  const n = count(virtual.of.length);

  async function save() {
    if (!virtual) return;
    setFailure(null);
    try {
      const evaluator = await loadEvaluator();
      const file = await evaluator.virtualFile(virtual);
      const isHeld = saveWay() === 'memory' && file.size > MAX_IN_MEMORY;
      setTooLarge(isHeld);
      if (!isHeld) saving.start(averageFile(path, virtual, file));
    } catch (error) {
      if (!(error instanceof CheckpointError)) throw error;
      setFailure(error);
    }
  }

  return (
    <>
      <div className={page.tools}>
        <span>{virtual.kind === 'mean' ? t.meanOf(n) : t.emaOf(n, String(virtual.decay))}</span>
        <Button
          look="quiet"
          aria-label={t.saveNamed(path)}
          isDisabled={lacking.length > 0}
          onPress={() => void save()}
        >
          {t.save}
        </Button>
        <Button look="quiet" aria-label={t.removeNamed(path)} onPress={onRemove}>
          {t.remove}
        </Button>
      </div>
      {lacking.length > 0 && <p className={page.reason}>{t.gone(lacking.join(', '))}</p>}
      {isTooLarge && <p className={page.danger}>{t.tooLarge(bytes(MAX_IN_MEMORY))}</p>}
      {failure !== null && <ErrorNote error={failure} />}
      <SavingNote saving={saving} />
    </>
  );
}

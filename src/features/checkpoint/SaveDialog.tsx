import { useMemo } from 'react';
import {
  MAX_SAFETENSORS_HEADER,
  planSafetensors,
  type SafetensorsFile,
  safetensorsMetadata,
} from '#domain/safetensors-file.ts';
import type { CheckpointDetails } from '#domain/summary.ts';
import { Button } from '#ui/Button.tsx';
import { Dialog } from '#ui/Dialog.tsx';
import { useNumberFormats } from '#ui/format-number.ts';
import { SavingNote } from '#ui/SavingNote.tsx';
import { MAX_IN_MEMORY, saveWay } from '#ui/save-target.ts';
import { useStrings } from '#ui/strings.ts';
import { useSaving } from '#ui/use-saving.ts';
import styles from './CheckpointPage.module.css';
import { type CheckpointPlace, readElements } from './queries.ts';
import { saveStrings } from './save-strings.ts';
import { safetensorsFile } from './saved-file.ts';
import { tensorRows } from './tensor-rows.ts';

export interface SaveDialogProps {
  readonly details: CheckpointDetails;
  readonly place: CheckpointPlace;
  readonly isOpen: boolean;
  readonly onClose: () => void;
}

/** Saves all tensors of a checkpoint as one safetensors file, after saying what it would not hold. */
export function SaveDialog({ details, place, isOpen, onClose }: SaveDialogProps) {
  const t = useStrings(saveStrings);
  const saving = useSaving();
  const plan = useMemo(() => (isOpen ? planOf(details) : null), [details, isOpen]);
  const isWriting = saving.state.kind === 'writing';
  const refusal = plan && refusalOf(plan);

  function close() {
    saving.cancel();
    onClose();
  }

  return (
    <Dialog
      title={t.title}
      isOpen={isOpen}
      onClose={close}
      footer={
        plan && (
          <Button
            look="primary"
            isDisabled={refusal !== null}
            onPress={() => {
              // Not disabled meanwhile: the focus would be lost, and Escape with it.
              if (!isWriting)
                saving.start(safetensorsFile(stemOf(details), plan, readElements(place)));
            }}
          >
            {t.save}
          </Button>
        )
      }
    >
      {plan && (
        <div className={styles.column}>
          <Plan plan={plan} details={details} refusal={refusal} />
          <SavingNote saving={saving} />
        </div>
      )}
    </Dialog>
  );
}

/** Of PyTorch's weights, `transformers` asks for this. */
const PYTORCH = { format: 'pt' };

function planOf({ tensors, metadata, summary }: CheckpointDetails): SafetensorsFile {
  const kept = safetensorsMetadata(metadata);
  return planSafetensors(tensors, summary.framework === 'pytorch' ? { ...kept, ...PYTORCH } : kept);
}

type Refusal = 'nothing' | 'tooLarge' | 'headerTooLarge';

function refusalOf({ tensors, header, size }: SafetensorsFile): Refusal | null {
  if (tensors.length === 0) return 'nothing';
  if (header.length - 8 > MAX_SAFETENSORS_HEADER) return 'headerTooLarge';
  return saveWay() === 'memory' && size > MAX_IN_MEMORY ? 'tooLarge' : null;
}

/** The name of its file without what the format added to it. */
function stemOf({ summary: { ref } }: CheckpointDetails): string {
  const name = ref.path.split('/').at(-1) ?? '';
  return name.replace(/\.(?:pth?|ckpt|bin|safetensors|h5|keras|npz|onnx|gguf|index|msgpack)$/i, '');
}

interface PlanProps {
  readonly plan: SafetensorsFile;
  readonly details: CheckpointDetails;
  readonly refusal: Refusal | null;
}

/** Lines of tensors that are left out. */
const LISTED = 20;

function Plan({ plan: { tensors, leftOut, size }, details, refusal }: PlanProps) {
  const t = useStrings(saveStrings);
  const { count, bytes } = useNumberFormats();
  const shared = tensorRows(details.tensors).filter(({ sharedWith }) => sharedWith.length > 0);
  const limit = bytes(MAX_IN_MEMORY);
  return (
    <>
      <p>
        <strong>{t.what(count(tensors.length), bytes(size))}</strong> {t.plain}
      </p>
      {shared.length > 0 && <p>{t.shared(count(shared.length))}</p>}
      {leftOut.length > 0 && (
        <div>
          <p className={styles.caution}>{t.leftOut(count(leftOut.length))}</p>
          <ul className={styles.plain}>
            {leftOut.slice(0, LISTED).map(({ tensor, reason }) => (
              <li key={tensor.name}>
                <code>{tensor.name}</code>{' '}
                <span className={styles.quiet}>
                  {reason === 'dtype' ? t.dtype(tensor.dtype) : t[reason]}
                </span>
              </li>
            ))}
            {leftOut.length > LISTED && <li>{t.leftOutMore(count(leftOut.length - LISTED))}</li>}
          </ul>
        </div>
      )}
      {refusal !== null && (
        <p role="alert" className={styles.danger}>
          {refusal === 'tooLarge' ? t.tooLarge(limit) : t[refusal]}
        </p>
      )}
      {refusal === null && saveWay() === 'memory' && (
        <p className={styles.quiet}>{t.inMemory(limit)}</p>
      )}
    </>
  );
}

import { toolbarTexts } from '#features/charts/toolbar-strings.ts';
import { Button } from '#ui/Button.tsx';
import { SavingNote } from '#ui/SavingNote.tsx';
import { useStrings } from '#ui/strings.ts';
import type { Saving } from '#ui/use-saving.ts';

export interface ExportNoteProps {
  readonly saving: Saving;
}

/** How far a file is, and what became of it, until it is dismissed. */
export function ExportNote({ saving }: ExportNoteProps) {
  const t = useStrings(toolbarTexts);
  return (
    <>
      <div>
        <SavingNote saving={saving} />
      </div>
      {saving.state.kind !== 'writing' && (
        <Button look="quiet" onPress={saving.dismiss}>
          {t.dismiss}
        </Button>
      )}
    </>
  );
}

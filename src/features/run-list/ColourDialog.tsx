import { Button } from '#ui/Button.tsx';
import { Dialog } from '#ui/Dialog.tsx';
import { RunSwatch } from '#ui/RunSwatch.tsx';
import { useRunColour } from '#ui/run-colours.ts';
import { COLOURS, colourOf, type RunMark } from '#ui/run-marks.ts';
import { useStrings } from '#ui/strings.ts';
import styles from './ColourDialog.module.css';
import { colourTexts } from './colour-strings.ts';

export interface ColourDialogProps {
  /** `OpenedDirectory.key` */
  readonly directory: string;
  /** `Run.path` */
  readonly run: string;
  readonly name: string;
  readonly mark: RunMark;
  readonly onClose: () => void;
}

/** Chooses the colour of a run, for every page and the next time; its dash stays. */
export function ColourDialog({ directory, run, name, mark, onClose }: ColourDialogProps) {
  const t = useStrings(colourTexts);
  const [chosen, choose] = useRunColour(directory, run);
  const isDrawn = (number: number) => mark.colour === colourOf(number);
  return (
    <Dialog
      isOpen
      title={t.title(name)}
      onClose={onClose}
      footer={
        <>
          <Button isDisabled={chosen === null} onPress={() => choose(null)}>
            {t.byPath}
          </Button>
          <Button look="primary" onPress={onClose}>
            {t.done}
          </Button>
        </>
      }
    >
      <fieldset className={styles.colours} aria-label={t.title(name)}>
        {Array.from({ length: COLOURS }, (_, i) => i + 1).map((number) => (
          <button
            key={number}
            type="button"
            className={styles.colour}
            aria-pressed={isDrawn(number)}
            aria-label={t.colour(number)}
            title={t.colour(number)}
            onClick={() => choose(number)}
          >
            <RunSwatch mark={{ ...mark, colour: colourOf(number) }} />
          </button>
        ))}
      </fieldset>
      <p className={styles.note}>{t.note}</p>
    </Dialog>
  );
}

import { Dialog, DialogTrigger } from 'react-aria-components/Dialog';
import { Popover } from 'react-aria-components/Popover';
import { Button } from '#ui/Button.tsx';
import { classNames } from '#ui/class-names.ts';
import { useNumberFormats } from '#ui/format-number.ts';
import { NumberField } from '#ui/NumberField.tsx';
import { useStrings } from '#ui/strings.ts';
import { visibleText } from '#ui/visible-text.ts';
import type { DataSettings } from './data/settings.ts';
import styles from './EvaluatePage.module.css';
import { texts } from './strings.ts';

export interface ClassNumbersProps {
  /** Of the label column, in their own order. */
  readonly words: readonly string[];
  readonly view: Pick<DataSettings, 'classes'>;
  readonly onView: (part: Pick<DataSettings, 'classes'>) => void;
}

/** As many fit into a list of fields, and into a URL. */
const MAX_NUMBERED = 200;

/** As many are named in the sentence. */
const NAMED = 20;

/** Which class each word of the label column stands for: no file says it, and another order is another score. */
export function ClassNumbers({ words, view, onView }: ClassNumbersProps) {
  const t = useStrings(texts);
  const { count } = useNumberFormats();
  const own = words.map((_, index) => index);
  const numbers = view.classes?.length === words.length ? view.classes : own;
  const named = words
    .map((word, index) => ({ word: visibleText(word), number: numbers[index] ?? index }))
    .sort((a, b) => a.number - b.number);
  const change = (at: number, number: number) => {
    if (Number.isInteger(number))
      onView({ classes: numbers.map((old, index) => (index === at ? number : old)) });
  };
  return (
    <div className={styles.tableInputs}>
      <span>{t.words(count(words.length))}</span>
      <span className={styles.classWords}>
        {named
          .slice(0, NAMED)
          .map(({ word, number }) => `${number} ${word}`)
          .join(' · ')}
        {words.length > NAMED && ' …'}
      </span>
      <span>{t.wordsWhy}</span>
      {words.length > MAX_NUMBERED ? (
        <span>{t.tooMany}</span>
      ) : (
        <DialogTrigger>
          <Button>{t.renumber}</Button>
          <Popover className={classNames(styles.popover)} offset={2}>
            <Dialog className={classNames(styles.columns)} aria-label={t.renumber}>
              {words.map((word, index) => (
                <NumberField
                  key={word}
                  label={t.classOf(visibleText(word))}
                  isPlain
                  value={numbers[index] ?? index}
                  onChange={(number) => change(index, number)}
                  min={0}
                  step={1}
                />
              ))}
              <Button onPress={() => onView({ classes: null })}>{t.inOrder}</Button>
            </Dialog>
          </Popover>
        </DialogTrigger>
      )}
    </div>
  );
}

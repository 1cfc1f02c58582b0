import type { Run } from '#domain/run.ts';
import { Button } from '#ui/Button.tsx';
import { classNames } from '#ui/class-names.ts';
import { ErrorNote } from '#ui/ErrorNote.tsx';
import { useNumberFormats } from '#ui/format-number.ts';
import { useLanguage } from '#ui/language.ts';
import type { PageProps } from '#ui/page-props.ts';
import { RunName } from '#ui/RunName.tsx';
import type { RunMark } from '#ui/run-marks.ts';
import { useStrings } from '#ui/strings.ts';
import type { Suggestion } from '#workers/api.ts';
import { nameInRun } from './rows.ts';
import styles from './Suggestions.module.css';
import { texts } from './strings.ts';
import { suggestionWords } from './suggestion-words.ts';
import type { CheckpointsView } from './view.ts';

export interface RunSuggestionsProps extends PageProps<CheckpointsView> {
  readonly run: Run;
  readonly marks: ReadonlyMap<string, RunMark>;
  /** What it is called among the others. */
  readonly name: string | undefined;
  /** `undefined`: not known yet. */
  readonly suggestions: readonly Suggestion[] | undefined;
  readonly error: unknown;
}

/** What one run could go on from. */
export function RunSuggestions(props: RunSuggestionsProps) {
  const { run, marks, name, suggestions, error } = props;
  const t = useStrings(texts);
  return (
    <li className={styles.run}>
      <h3 className={styles.name}>
        <RunName path={run.path} marks={marks} short={name} />
      </h3>
      <div className={styles.choices}>
        {error !== null && <ErrorNote error={error} />}
        {error === null && suggestions === undefined && <p className={styles.quiet}>{t.noneYet}</p>}
        {suggestions?.length === 0 && <p className={styles.quiet}>{t.none}</p>}
        {suggestions?.map((suggestion) => (
          <Choice key={suggestion.kind} {...props} suggestion={suggestion} />
        ))}
      </div>
    </li>
  );
}

/** With more reasons than these a suggestion is no longer found among them. */
const PASSED_OVER = 3;

function titleOf({ kind, metric }: Suggestion, t: (typeof texts)['en']): string {
  if (kind === 'before') return t.before;
  if (kind === 'latest' || !metric) return t.latest;
  return kind === 'best' ? t.best(metric.tag) : t.smoothed(metric.tag);
}

interface ChoiceProps extends PageProps<CheckpointsView> {
  readonly suggestion: Suggestion;
}

function Choice({ suggestion, onView, hrefs }: ChoiceProps) {
  const t = useStrings(texts);
  const words = suggestionWords(suggestion, useLanguage());
  const { count } = useNumberFormats();
  const { checkpoint, run } = suggestion;
  const title = titleOf(suggestion, t);
  return (
    <article aria-label={title} className={styles.choice}>
      <header className={styles.head}>
        <span className={styles.kind}>{title}</span>
        <strong>{nameInRun(checkpoint, run)}</strong>
      </header>
      <p>{words.reason}</p>
      {words.diverged !== null && <p className={styles.caution}>{words.diverged}</p>}
      {words.passedOver.slice(0, PASSED_OVER).map((sentence) => (
        <p key={sentence} className={styles.caution}>
          {sentence}
        </p>
      ))}
      {words.passedOver.length > PASSED_OVER && (
        <p className={styles.caution}>
          {t.passedMore(count(words.passedOver.length - PASSED_OVER))}
        </p>
      )}
      {words.claims.map(({ sentence, agrees }) => (
        <p key={sentence} className={classNames(agrees ? styles.quiet : styles.caution)}>
          {sentence}
        </p>
      ))}
      <div className={styles.actions}>
        <a href={hrefs.checkpoint(checkpoint)}>{t.open}</a>
        <Button look="quiet" onPress={() => onView({ resume: checkpoint })}>
          {t.resume}
        </Button>
        <a href={hrefs.evaluate([checkpoint])}>{t.evaluate}</a>
      </div>
    </article>
  );
}

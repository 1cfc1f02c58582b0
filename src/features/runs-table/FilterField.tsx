import { type KeyboardEvent, useId, useMemo, useRef, useState } from 'react';
import { classNames } from '#ui/class-names.ts';
import fields from '#ui/Field.module.css';
import { useNumberFormats } from '#ui/format-number.ts';
import { useStrings } from '#ui/strings.ts';
import type { Expression, ExpressionError } from './expression.ts';
import styles from './FilterField.module.css';
import { filterTexts } from './filter-strings.ts';
import { texts } from './strings.ts';
import { suggest } from './suggest-names.ts';

export interface FilterFieldProps {
  readonly value: string;
  readonly onChange: (value: string) => void;
  /** What became of it; `null`: there is no filter. */
  readonly expression: Expression | null;
  /** Everything that a name can be. */
  readonly spellings: readonly string[];
}

const STEPS: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1 };

const modulo = (value: number, count: number) => (value + count) % count;

/** The filter as it is typed, with the names that it can go on with. */
export function FilterField({ value, onChange, expression, spellings }: FilterFieldProps) {
  const t = useStrings(texts);
  const f = useStrings(filterTexts);
  const id = useId();
  const { input, names, current, setCaret, setMarked, take, press } = useCompletion(
    value,
    onChange,
    spellings,
  );
  const error = expression && !expression.ok ? expression.error : null;

  return (
    <div className={styles.filter}>
      <div className={fields.box} data-invalid={error ? true : undefined}>
        <input
          ref={input}
          type="text"
          role="combobox"
          className={classNames(fields.input, fields.mono)}
          aria-label={t.filter}
          aria-expanded={names.length > 0}
          aria-controls={names.length > 0 ? `${id}-names` : undefined}
          aria-activedescendant={names.length > 0 ? `${id}-${current}` : undefined}
          aria-autocomplete="list"
          aria-invalid={error !== null}
          aria-describedby={error ? `${id}-error` : undefined}
          title={f.help}
          placeholder={t.filterHint}
          spellCheck="false"
          autoComplete="off"
          value={value}
          onChange={({ target }) => {
            onChange(target.value);
            setCaret(target.selectionStart);
            setMarked(0);
          }}
          onKeyDown={press}
          onBlur={() => setCaret(null)}
        />
      </div>
      {names.length > 0 && <NameList id={id} names={names} current={current} onTake={take} />}
      {error && <FilterError id={`${id}-error`} error={error} />}
    </div>
  );
}

/** The names that what is typed can go on with, and how one of them is taken. */
function useCompletion(
  value: string,
  onChange: (value: string) => void,
  spellings: readonly string[],
) {
  const input = useRef<HTMLInputElement>(null);
  const [caret, setCaret] = useState<number | null>(null);
  const [marked, setMarked] = useState(0);
  const found = useMemo(
    () => (caret === null ? null : suggest(value, caret, spellings)),
    [value, caret, spellings],
  );
  const names = found?.names ?? [];
  const current = Math.min(marked, names.length - 1);

  function take(name: string) {
    if (!found) return;
    const next = `${value.slice(0, found.from)}${name} `;
    onChange(next + value.slice(caret ?? value.length).trimStart());
    setCaret(null);
    input.current?.focus();
    // Once the new text is in the field.
    setTimeout(() => input.current?.setSelectionRange(next.length, next.length));
  }

  function press(event: KeyboardEvent) {
    const name = names[current];
    if (event.key === 'Escape') {
      if (name === undefined) onChange('');
      setCaret(null);
    } else if (name === undefined) return;
    else if (STEPS[event.key]) setMarked(modulo(current + (STEPS[event.key] ?? 0), names.length));
    else if (event.key === 'Tab' && !event.shiftKey) take(name);
    else return;
    event.preventDefault();
  }

  return { input, names, current, setCaret, setMarked, take, press };
}

interface NameListProps {
  /** Of the field. */
  readonly id: string;
  readonly names: readonly string[];
  /** The one that Tab takes. */
  readonly current: number;
  readonly onTake: (name: string) => void;
}

/** The focus stays in the field, which says by `aria-activedescendant` where in here it is. */
function NameList({ id, names, current, onTake }: NameListProps) {
  const t = useStrings(texts);
  return (
    <div className={styles.names} id={`${id}-names`} role="listbox" aria-label={t.filterKeys}>
      {names.map((name, i) => (
        <div
          key={name}
          id={`${id}-${i}`}
          role="option"
          tabIndex={-1}
          aria-selected={i === current}
          className={styles.option}
          // Before the field loses the focus.
          onPointerDown={(event) => {
            event.preventDefault();
            onTake(name);
          }}
        >
          {name}
        </div>
      ))}
    </div>
  );
}

function FilterError({ id, error }: { readonly id: string; readonly error: ExpressionError }) {
  const f = useStrings(filterTexts);
  const { count } = useNumberFormats();
  const words = f[error.kind];
  return (
    <p id={id} role="status" className={styles.error}>
      {typeof words === 'string' ? words : words(error.text)}
      {f.comma}
      {f.where(count(error.at + 1))}
    </p>
  );
}

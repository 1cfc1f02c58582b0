import { useState } from 'react';
import { Button } from '#ui/Button.tsx';
import { useStrings } from '#ui/strings.ts';
import { TextField } from '#ui/TextField.tsx';
import gridStyles from './ValuesGrid.module.css';
import { valueStrings } from './value-strings.ts';

export interface GoToIndexProps {
  readonly shape: readonly number[];
  readonly onGo: (index: readonly number[]) => void;
}

/** Goes to the value at an index that is typed, as `3, 0, 12`. */
export function GoToIndex({ shape, onGo }: GoToIndexProps) {
  const t = useStrings(valueStrings);
  const [text, setText] = useState('');
  const [isWrong, setWrong] = useState(false);
  const example = shape.map((size) => Math.min(size - 1, 2)).join(', ');
  return (
    <form
      className={gridStyles.goTo}
      onSubmit={(event) => {
        event.preventDefault();
        const index = parseIndex(text, shape);
        setWrong(index === null);
        if (index) onGo(index);
      }}
    >
      <TextField
        label={t.goTo}
        value={text}
        placeholder={t.goToHint(example)}
        error={isWrong ? t.noIndex(shape.join(' × ')) : undefined}
        onChange={(next) => {
          setText(next);
          setWrong(false);
        }}
      />
      <Button type="submit">{t.go}</Button>
    </form>
  );
}

/** As Python and this page write it; counted from the end when negative. `null`: there is no such index. */
export function parseIndex(text: string, shape: readonly number[]): readonly number[] | null {
  const parts = text.match(/-?\d+/g) ?? [];
  if (parts.length !== shape.length || !/^[\s\d,;()[\]-]*$/.test(text)) return null;
  const index = parts.map((part, axis) => {
    const at = Number(part);
    return at < 0 ? at + (shape[axis] ?? 0) : at;
  });
  const isInside = index.every((at, axis) => at >= 0 && at < (shape[axis] ?? 0));
  return isInside ? index : null;
}

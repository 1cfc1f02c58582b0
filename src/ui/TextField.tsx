import type { ReactNode } from 'react';
import { Button } from 'react-aria-components/Button';
import { Input } from 'react-aria-components/Input';
import { Label } from 'react-aria-components/Label';
import { Text } from 'react-aria-components/Text';
import { TextField as AriaTextField } from 'react-aria-components/TextField';
import { classNames } from './class-names.ts';
import styles from './Field.module.css';
import { defineStrings, useStrings } from './strings.ts';

export interface TextFieldProps {
  readonly label: string;
  /** The label is there for screen readers alone. */
  readonly isLabelHidden?: boolean;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly placeholder?: string;
  readonly description?: ReactNode;
  /** What is wrong with the value; `undefined`: nothing. */
  readonly error?: string | undefined;
  readonly isDisabled?: boolean;
  /** For paths, patterns and code. */
  readonly isMono?: boolean;
  /** With a sign that empties it; Escape does the same. */
  readonly isSearch?: boolean;
}

const texts = defineStrings({
  en: { clear: 'Clear' },
  zh: { clear: '清除' },
});

export function TextField({ label, isLabelHidden = false, ...props }: TextFieldProps) {
  const { value, onChange, description, error, isSearch = false } = props;
  const t = useStrings(texts);
  return (
    <AriaTextField
      className={classNames(styles.field)}
      value={value}
      onChange={onChange}
      isDisabled={props.isDisabled ?? false}
      isInvalid={error !== undefined}
      type={isSearch ? 'search' : 'text'}
      {...(isLabelHidden ? { 'aria-label': label } : {})}
    >
      {!isLabelHidden && <Label className={classNames(styles.label)}>{label}</Label>}
      <div
        className={classNames(styles.box)}
        data-invalid={error === undefined ? undefined : true}
        data-disabled={props.isDisabled || undefined}
      >
        <Input
          className={classNames(styles.input, props.isMono && styles.mono)}
          placeholder={props.placeholder ?? ''}
          spellCheck="false"
          onKeyDown={({ key }) => {
            if (isSearch && key === 'Escape') onChange('');
          }}
        />
        {isSearch && value !== '' && (
          <Button
            className={classNames(styles.inset)}
            aria-label={t.clear}
            onPress={() => onChange('')}
          >
            ×
          </Button>
        )}
      </div>
      {description !== undefined && (
        <Text slot="description" className={classNames(styles.description)}>
          {description}
        </Text>
      )}
      {error !== undefined && (
        <Text slot="errorMessage" className={classNames(styles.error)}>
          {error}
        </Text>
      )}
    </AriaTextField>
  );
}

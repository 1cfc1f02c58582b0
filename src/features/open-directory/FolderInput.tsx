import { useRef } from 'react';
import { Button, type ButtonProps } from '#ui/Button.tsx';

export interface FolderInputProps extends Pick<ButtonProps, 'look' | 'children' | 'isDisabled'> {
  readonly onChoose: (files: readonly File[]) => void;
}

/** A button that opens the browser's folder input: every browser has it, none keeps its handle. */
export function FolderInput({ onChoose, ...props }: FolderInputProps) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <Button {...props} onPress={() => input.current?.click()} />
      <input
        ref={(element) => {
          input.current = element;
          // React knows the attribute in lower case only in its types for other elements.
          element?.setAttribute('webkitdirectory', '');
        }}
        type="file"
        multiple
        hidden
        onChange={({ currentTarget }) => {
          onChoose([...(currentTarget.files ?? [])]);
          currentTarget.value = '';
        }}
      />
    </>
  );
}

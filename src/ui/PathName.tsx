import { Fragment } from 'react';

export interface PathNameProps {
  /** Parts joined by `/`. */
  readonly path: string;
}

/** A path that breaks between its parts rather than inside of them. */
export function PathName({ path }: PathNameProps) {
  const parts = path.split('/');
  return parts.map((part, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: a part is its place
    <Fragment key={index}>
      {part}
      {index < parts.length - 1 && (
        <>
          /<wbr />
        </>
      )}
    </Fragment>
  ));
}

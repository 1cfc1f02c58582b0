import { useStrings } from '#ui/strings.ts';
import styles from './CheckpointPage.module.css';
import { texts } from './strings.ts';
import { areTied, type TensorRow } from './tensor-rows.ts';

export interface SharedWithProps {
  readonly row: TensorRow;
  readonly onChoose: (tensor: string) => void;
}

/** Names at a time: a flat storage can have thousands of views. */
const LISTED = 12;

/** The tensors that share memory with one: those that are the same, and other views of the same storage. */
export function SharedWith({ row: { tensor, sharedWith }, onChoose }: SharedWithProps) {
  const t = useStrings(texts);
  const others = sharedWith.filter((other) => other !== tensor);
  if (others.length === 0) return null;
  const tied = others.filter((other) => areTied(tensor, other));
  const views = others.filter((other) => !areTied(tensor, other));
  const list = (title: string, names: typeof others) =>
    names.length > 0 && (
      <p>
        {title}{' '}
        {names.slice(0, LISTED).map(({ name }, index) => (
          <span key={name}>
            {index > 0 && ', '}
            <button type="button" className={styles.name} onClick={() => onChoose(name)}>
              {name}
            </button>
          </span>
        ))}
        {names.length > LISTED && ` +${names.length - LISTED}`}
      </p>
    );
  return (
    <>
      {list(t.tiedWith, tied)}
      {list(t.sharesWith, views)}
    </>
  );
}

import { useNumberFormats } from '#ui/format-number.ts';
import { useStrings } from '#ui/strings.ts';
import { Row, type RowProps } from './Row.tsx';
import styles from './RunList.module.css';
import { texts } from './strings.ts';

/** A folder with runs below it: shows or hides them all. */
export function FolderRow(props: RowProps) {
  const t = useStrings(texts);
  const { count } = useNumberFormats();
  const { label, runs } = props.row;
  return (
    <Row {...props}>
      <span className={styles.folder}>{label}</span>
      <span className={styles.quiet}>{t.runsBelow(count(runs.length), runs.length === 1)}</span>
    </Row>
  );
}

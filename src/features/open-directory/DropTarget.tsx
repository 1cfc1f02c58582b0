import { useEffect, useState } from 'react';
import { useStrings } from '#ui/strings.ts';
import styles from './DropTarget.module.css';
import { texts } from './strings.ts';

export interface DropTargetProps {
  /** Called while the event is handled: what a drop carries is gone afterwards. */
  readonly onDrop: (data: DataTransfer) => void;
}

/** The whole window takes a folder; a veil says so while one is over it. */
export function DropTarget({ onDrop }: DropTargetProps) {
  const t = useStrings(texts);
  const [isOver, setOver] = useState(false);

  useEffect(() => {
    const over = (event: DragEvent) => {
      if (!event.dataTransfer?.types.includes('Files')) return;
      event.preventDefault();
      event.dataTransfer.dropEffect = 'copy';
      setOver(true);
    };
    // `relatedTarget` is `null` when the pointer leaves the window, not only an element in it.
    const leave = ({ relatedTarget }: DragEvent) => {
      if (relatedTarget === null) setOver(false);
    };
    const drop = (event: DragEvent) => {
      if (!event.dataTransfer?.types.includes('Files')) return;
      event.preventDefault();
      setOver(false);
      onDrop(event.dataTransfer);
    };
    window.addEventListener('dragover', over);
    window.addEventListener('dragleave', leave);
    window.addEventListener('drop', drop);
    return () => {
      window.removeEventListener('dragover', over);
      window.removeEventListener('dragleave', leave);
      window.removeEventListener('drop', drop);
    };
  }, [onDrop]);

  return isOver ? <div className={styles.veil}>{t.dropHere}</div> : null;
}

import { Button } from '#ui/Button.tsx';
import { useNumberFormats } from '#ui/format-number.ts';
import { Menu } from '#ui/Menu.tsx';
import { useStrings } from '#ui/strings.ts';
import { visibleText } from '#ui/visible-text.ts';
import styles from './Cards.module.css';
import type { CardActions } from './card-actions.ts';
import { cardTexts } from './card-strings.ts';
import type { Section } from './chart-layout.ts';

export interface SectionHeadProps {
  readonly section: Section;
  /** Prefixes of the groups before and after it; `null`: there is none. */
  readonly before: string | null;
  readonly after: string | null;
  readonly actions: CardActions;
}

/** The heading of the cards of one prefix, which can be folded away. */
export function SectionHead({ section, before, after, actions }: SectionHeadProps) {
  const t = useStrings(cardTexts);
  const { count } = useNumberFormats();
  const { id, prefix, metrics, isFolded } = section;
  const name = prefix === null ? t.pinned : prefix === '' ? t.others : visibleText(prefix);
  const move = (id: string, label: string, other: string | null) => ({
    id,
    label,
    isDisabled: other === null,
    onAction: () => {
      if (prefix !== null && other !== null) actions.moveGroup(prefix, other);
    },
  });
  return (
    <header className={styles.sectionHead}>
      <h2>
        <Button look="quiet" aria-expanded={!isFolded} onPress={() => actions.toggleFold(id)}>
          <span aria-hidden="true" className={styles.fold} data-folded={isFolded || undefined} />
          {name}
        </Button>
      </h2>
      <span className={styles.quiet}>{count(metrics.length)}</span>
      <Menu
        label={t.groupMenu(name)}
        parts={[
          prefix === null ? [] : [move('up', t.moveUp, before), move('down', t.moveDown, after)],
          [
            { id: 'fold', label: t.foldAll, onAction: () => actions.foldAll(true) },
            { id: 'unfold', label: t.unfoldAll, onAction: () => actions.foldAll(false) },
          ],
        ]}
      >
        <Button look="quiet" isSquare aria-label={t.groupMenu(name)}>
          <svg className={styles.dots} viewBox="0 0 16 16" aria-hidden="true">
            <circle cx="3" cy="8" r="1.4" />
            <circle cx="8" cy="8" r="1.4" />
            <circle cx="13" cy="8" r="1.4" />
          </svg>
        </Button>
      </Menu>
    </header>
  );
}

import { useStrings } from '#ui/strings.ts';
import type { Navigation } from './navigation.ts';
import { texts } from './strings.ts';
import styles from './TopBar.module.css';

export interface PageLinksProps {
  readonly navigation: Navigation;
}

/** The pages of a directory. The page of one checkpoint belongs to `Checkpoints`. */
export function PageLinks({ navigation: { path, hrefs } }: PageLinksProps) {
  const t = useStrings(texts);
  const pages = [
    { path: '/charts', name: t.charts, href: hrefs.charts() },
    { path: '/runs', name: t.runs, href: hrefs.runs() },
    { path: '/checkpoints', name: t.checkpoints, href: hrefs.checkpoints() },
    { path: '/evaluate', name: t.evaluate, href: hrefs.evaluate() },
  ];
  const current = path === '/checkpoint' ? '/checkpoints' : path;
  return (
    <nav aria-label={t.pages} className={styles.pages}>
      {pages.map((page) => (
        <a
          key={page.path}
          className={styles.page}
          href={page.href}
          aria-current={page.path === current ? 'page' : undefined}
        >
          {page.name}
        </a>
      ))}
    </nav>
  );
}

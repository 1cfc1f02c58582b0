import { useQuery } from '@tanstack/react-query';
import { Menu, MenuItem, MenuTrigger } from 'react-aria-components/Menu';
import { Popover } from 'react-aria-components/Popover';
import { Separator } from 'react-aria-components/Separator';
import { recentsQuery } from '#features/open-directory/queries.ts';
import type { Opening } from '#features/open-directory/use-opening.ts';
import { Button } from '#ui/Button.tsx';
import { classNames } from '#ui/class-names.ts';
import { useStrings } from '#ui/strings.ts';
import type { Source } from '#workers/sources.ts';
import styles from './DirectoryMenu.module.css';
import { openDirectory } from './opened-directory.ts';
import { texts } from './strings.ts';
import bar from './TopBar.module.css';

export interface DirectoryMenuProps {
  readonly source: Source;
  readonly opening: Opening;
}

/** The open directory, to be read again or left for another. */
export function DirectoryMenu({ source, opening }: DirectoryMenuProps) {
  const t = useStrings(texts);
  const { data: recents = [] } = useQuery(recentsQuery);
  const others = recents.filter(({ key }) => key !== source.key);
  const item = classNames(styles.item);
  return (
    <MenuTrigger>
      <Button look="quiet" aria-label={`${t.directory}: ${source.name}`}>
        <span className={bar.directory}>{source.name}</span>
        <span aria-hidden="true" className={styles.arrow} />
      </Button>
      <Popover className={classNames(styles.popover)} offset={2} placement="bottom start">
        <Menu className={classNames(styles.menu)} aria-label={t.directory}>
          <MenuItem className={item} onAction={() => openDirectory(source)}>
            {t.readAgain}
          </MenuItem>
          <MenuItem className={item} href="#/">
            {t.otherDirectory}
          </MenuItem>
          {others.length > 0 && <Separator className={classNames(styles.line)} />}
          {others.map(({ key, name }) => (
            <MenuItem key={key} id={key} className={item} onAction={() => opening.reopen(key)}>
              {name}
            </MenuItem>
          ))}
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}

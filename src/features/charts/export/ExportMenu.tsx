import { toolbarTexts } from '#features/charts/toolbar-strings.ts';
import { Button } from '#ui/Button.tsx';
import { Menu } from '#ui/Menu.tsx';
import { useStrings } from '#ui/strings.ts';

export interface ExportMenuProps {
  readonly isDisabled: boolean;
  readonly onReport: () => void;
  readonly onAll: (kind: 'csv' | 'json') => void;
}

/** What can be taken away from the page as a whole. */
export function ExportMenu({ isDisabled, onReport, onAll }: ExportMenuProps) {
  const t = useStrings(toolbarTexts);
  return (
    <Menu
      label={t.export}
      parts={[
        [{ id: 'report', label: t.report, detail: t.reportWhat, onAction: onReport }],
        [
          { id: 'csv', label: t.allCsv, detail: t.allWhat, onAction: () => onAll('csv') },
          { id: 'json', label: t.allJson, detail: t.allWhat, onAction: () => onAll('json') },
        ],
      ]}
    >
      <Button isDisabled={isDisabled}>{t.export}</Button>
    </Menu>
  );
}

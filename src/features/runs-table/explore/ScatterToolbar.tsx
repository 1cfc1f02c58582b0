import type { ReactNode } from 'react';
import { Switch } from '#ui/Switch.tsx';
import { useStrings } from '#ui/strings.ts';
import { visibleText } from '#ui/visible-text.ts';
import { ColumnSelect } from './ColumnSelect.tsx';
import type { ExploreColumn } from './columns.ts';
import styles from './Explore.module.css';
import type { ExploreProps } from './props.ts';
import type { ScatterColumns } from './scatter-columns.ts';
import { texts } from './strings.ts';

export interface ScatterToolbarProps
  extends ScatterColumns,
    Pick<ExploreProps, 'columns' | 'view' | 'onView'> {
  /** What stands after the controls. */
  readonly children: ReactNode;
}

/** Which columns are across and up, and which give points their size and colour. */
export function ScatterToolbar({ columns, view, onView, ...chosen }: ScatterToolbarProps) {
  const t = useStrings(texts);
  const { across, up, size, colour } = chosen;
  const numbers = columns.filter(({ kind }) => kind === 'number');
  const logs = [...new Set([across, up, size, colour])].filter((one) => one?.kind === 'number');
  return (
    <div className={styles.toolbar}>
      <ColumnSelect
        label={t.up}
        columns={columns}
        value={up.id}
        onChange={(up) => onView({ up, box: null })}
      />
      <ColumnSelect
        label={t.across}
        columns={columns}
        value={across.id}
        onChange={(across) => onView({ across, box: null })}
      />
      <ColumnSelect
        label={t.colour}
        columns={columns}
        value={colour?.id ?? null}
        none={t.byRun}
        onChange={(colour) => onView({ colour })}
      />
      <ColumnSelect
        label={t.size}
        columns={numbers}
        value={size?.id ?? null}
        none={t.noColumn}
        onChange={(size) => onView({ size })}
      />
      {logs.map(
        (column) =>
          column && (
            <LogSwitch
              key={column.id}
              column={column}
              logs={view.logs}
              onLogs={(logs) => onView({ logs })}
            />
          ),
      )}
      {chosen.children}
    </div>
  );
}

interface LogSwitchProps {
  readonly column: ExploreColumn;
  readonly logs: readonly string[];
  readonly onLogs: (logs: readonly string[]) => void;
}

function LogSwitch({ column: { id, title }, logs, onLogs }: LogSwitchProps) {
  const t = useStrings(texts);
  return (
    <Switch
      isSelected={logs.includes(id)}
      onChange={(isLog) => onLogs(isLog ? [...logs, id] : logs.filter((one) => one !== id))}
    >
      {t.logOf(visibleText(title))}
    </Switch>
  );
}

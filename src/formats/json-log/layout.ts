import type { Row } from './row.ts';

/** What the rows of a file count. */
export interface Layout {
  readonly unit: 'step' | 'epoch';
  /** Steps begin anew in each epoch, as in old logs of OpenMMLab: they place nothing. */
  readonly stepsRestart: boolean;
  /**
   * Rows without `iter` count epochs under the name of the step: OpenMMLab's scalars of a validation.
   *
   * @see https://github.com/open-mmlab/mmengine/blob/main/mmengine/hooks/logger_hook.py `after_val_epoch`
   */
  readonly hasIter: boolean;
}

/** By what most of some rows say. */
export function layoutOf(rows: readonly Row[]): Layout {
  const counted = rows.filter(({ step, epoch }) => Number.isFinite(step) || Number.isFinite(epoch));
  const stepsRestart = restart(counted);
  const withStep = counted.filter(({ step }) => Number.isFinite(step)).length;
  const bySteps = !stepsRestart && withStep * 2 >= counted.length && withStep > 0;
  const hasIter = counted.some((row) => row.stepKey === 'step' && hasIterAndEpoch(row));
  return { unit: bySteps || counted.length === 0 ? 'step' : 'epoch', stepsRestart, hasIter };
}

export function hasIterAndEpoch({ values, epoch }: Row): boolean {
  return Number.isFinite(epoch) && values.some(([tag]) => tag === 'iter');
}

/** Whether the steps of a split go back each time its epoch goes on. */
function restart(rows: readonly Row[]): boolean {
  const last = new Map<string, Row>();
  let [restarts, epochs] = [0, 0];
  for (const row of rows) {
    if (!Number.isFinite(row.step) || !Number.isFinite(row.epoch)) continue;
    const before = last.get(row.mode);
    last.set(row.mode, row);
    if (!before || Math.floor(row.epoch) <= Math.floor(before.epoch)) continue;
    if (row.mode !== '' && row.mode !== 'train') continue;
    epochs++;
    if (row.step <= before.step && row.step !== row.epoch) restarts++;
  }
  return epochs > 0 && restarts === epochs;
}

import type { EvaluationRun } from '#features/evaluate/evaluation-run.ts';
import { Button } from '#ui/Button.tsx';
import { Menu } from '#ui/Menu.tsx';
import { useStrings } from '#ui/strings.ts';
import type { Saving } from '#ui/use-saving.ts';
import { resultFile } from './export.ts';
import { detailTexts } from './strings.ts';

export interface ExportMenuProps {
  readonly run: EvaluationRun;
  /** Of the directory. */
  readonly name: string;
  readonly saving: Saving;
}

/** Results and predictions as files. */
export function ExportMenu({ run, name, saving }: ExportMenuProps) {
  const t = useStrings(detailTexts);
  const hasPredictions = run.evaluations.some(({ key }) => key !== undefined);
  return (
    <Menu
      label={t.exportMenu}
      parts={[
        [
          {
            id: 'json',
            label: t.resultsJson,
            detail: t.jsonDetail,
            onAction: () => saving.start(resultFile('json', name, run)),
          },
          {
            id: 'csv',
            label: t.resultsCsv,
            detail: t.csvDetail,
            onAction: () => saving.start(resultFile('csv', name, run)),
          },
        ],
        [
          {
            id: 'predictions',
            label: t.predictionsCsv,
            detail: t.predictionsDetail,
            isDisabled: !hasPredictions,
            onAction: () => saving.start(resultFile('predictions', name, run)),
          },
        ],
      ]}
    >
      <Button>{t.export}…</Button>
    </Menu>
  );
}

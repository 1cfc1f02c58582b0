import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Section } from '#features/charts/chart-layout.ts';
import type { ChartSetting } from '#features/charts/chart-setting.ts';
import type { ChartsView } from '#features/charts/view.ts';
import { Button } from '#ui/Button.tsx';
import { Dialog } from '#ui/Dialog.tsx';
import { useNumberFormats } from '#ui/format-number.ts';
import { useLanguage } from '#ui/language.ts';
import type { PageProps } from '#ui/page-props.ts';
import { SavingNote } from '#ui/SavingNote.tsx';
import { SegmentedControl } from '#ui/SegmentedControl.tsx';
import { fileName } from '#ui/saved-file.ts';
import { useStrings } from '#ui/strings.ts';
import { TextField } from '#ui/TextField.tsx';
import { useSaving } from '#ui/use-saving.ts';
import styles from './ReportDialog.module.css';
import { reportPieces } from './report.ts';
import { reportTexts } from './report-strings.ts';

export interface ReportDialogProps {
  readonly page: PageProps<ChartsView>;
  readonly setting: ChartSetting;
  /** What the view shows, in its order. */
  readonly sections: readonly Section[];
  readonly onClose: () => void;
}

/** Charts that a report has without being asked: some megabytes, and some seconds. */
const MANY = 50;

type Choice = 'all' | 'some' | 'pinned';

/** Makes a report of what the charts show. */
export function ReportDialog({ page, setting, sections, onClose }: ReportDialogProps) {
  const t = useStrings(reportTexts);
  const { count } = useNumberFormats();
  const language = useLanguage();
  const client = useQueryClient();
  const saving = useSaving();
  const [title, setTitle] = useState(t.defaultName(page.directory.name));
  const all = sections.flatMap(({ metrics }) => metrics);
  const pinned = sections.find(({ prefix }) => prefix === null)?.metrics ?? [];
  const [choice, setChoice] = useState<Choice>(all.length > MANY ? 'some' : 'all');
  const metrics = choice === 'pinned' ? pinned : choice === 'some' ? all.slice(0, MANY) : all;

  function save() {
    let done = 0;
    const { waiting, details } = page.read;
    const request = {
      title,
      directory: page.directory.name,
      metrics,
      leftOut: all.length - metrics.length,
      waiting,
      details,
      groups: setting.groups?.groups ?? null,
      setting,
      client,
      language,
      now: Date.now(),
    };
    saving.start({
      name: `${fileName(title, 'report')}.html`,
      size: null,
      made: () => done / Math.max(1, metrics.length),
      async *pieces(signal) {
        const encoder = new TextEncoder();
        const onChart = (charts: number) => {
          done = charts;
        };
        for await (const piece of reportPieces(request, { signal, onChart }))
          yield encoder.encode(piece);
      },
    });
  }

  const segments = [
    ...(all.length > MANY ? [{ id: 'some' as const, label: t.someCharts(count(MANY)) }] : []),
    { id: 'all' as const, label: t.allCharts(count(all.length)) },
    ...(pinned.length > 0
      ? [{ id: 'pinned' as const, label: t.pinnedCharts(count(pinned.length)) }]
      : []),
  ];
  return (
    <Dialog
      title={t.dialog}
      isOpen
      onClose={onClose}
      footer={
        <>
          <Button onPress={onClose}>{t.close}</Button>
          <Button look="primary" onPress={() => saving.state.kind !== 'writing' && save()}>
            {t.make}
          </Button>
        </>
      }
    >
      <div className={styles.report}>
        <p>{t.what}</p>
        <TextField label={t.name} value={title} onChange={setTitle} />
        {segments.length > 1 && (
          <SegmentedControl
            label={t.charts}
            value={choice}
            onChange={setChoice}
            segments={segments}
          />
        )}
        {metrics.length > MANY && <p className={styles.quiet}>{t.many(count(metrics.length))}</p>}
        <SavingNote saving={saving} />
      </div>
    </Dialog>
  );
}

import type { Evaluation } from '#domain/evaluation.ts';
import type { Predictions } from '#domain/scores.ts';
import type { EvaluationRun } from '#features/evaluate/evaluation-run.ts';
import { loadEvaluator } from '#features/evaluate/queries.ts';
import { csvLine, numberCell, textCell } from '#ui/csv.ts';
import { fileName, type SavedFile } from '#ui/saved-file.ts';
import { scoresIn } from './score-names.ts';

export type ExportKind = 'json' | 'csv' | 'predictions';

/** What came of a run as a file. */
export function resultFile(kind: ExportKind, name: string, run: EvaluationRun): SavedFile {
  const stem = fileName(name, 'cairn');
  if (kind === 'json') return textFile(`${stem}-evaluation.json`, [resultsJson(run)]);
  if (kind === 'csv') return textFile(`${stem}-evaluation.csv`, [resultsCsv(run.evaluations)]);
  return {
    name: `${stem}-predictions.csv`,
    size: null,
    async *pieces(signal) {
      const encoder = new TextEncoder();
      const evaluator = await loadEvaluator();
      let isFirst = true;
      for (const { checkpoint, key } of run.evaluations) {
        const predictions = key ? await evaluator.predictions({ key }, { signal }) : null;
        if (!predictions) continue;
        for (const text of predictionsCsv(checkpoint, predictions, isFirst))
          yield encoder.encode(text);
        isFirst = false;
      }
    },
  };
}

function textFile(name: string, texts: readonly string[]): SavedFile {
  return {
    name,
    size: null,
    async *pieces() {
      for (const text of texts) yield new TextEncoder().encode(text);
    },
  };
}

/** JSON has no NaN and no infinities: they are written as Python and pandas read them from text. */
function plain(_: string, value: unknown): unknown {
  if (typeof value !== 'number' || Number.isFinite(value)) return value;
  return numberCell(value);
}

/** All scores with their intervals and their provenance. */
export function resultsJson({ plan, state, evaluations, progress }: EvaluationRun): string {
  const results = evaluations.map(({ firstOutputs, binding, ...rest }) => ({
    ...rest,
    binding: binding && { ...binding, used: binding.used.length },
    firstOutputs,
  }));
  const all = { state, plan, notes: progress?.notes ?? [], results };
  return `${JSON.stringify(all, plain, 2)}\n`;
}

/** A line for each checkpoint: scores with the ends of their intervals, then where they come from. */
export function resultsCsv(evaluations: readonly Evaluation[]): string {
  const names = scoresIn(evaluations);
  const head = [
    'checkpoint',
    'state',
    'examples',
    'nonfinite',
    ...names.flatMap((name) => [name, `${name}_low`, `${name}_high`]),
    ...PROVENANCE,
  ];
  const lines = evaluations.map((evaluation) => {
    const { checkpoint, state, seen, nonfinite, scores } = evaluation;
    const cells = names.flatMap((name) => {
      const { value = null, low = null, high = null } = scores?.metrics[name] ?? {};
      return [value, low, high].map(numberCell);
    });
    return csvLine([
      textCell(checkpoint),
      state,
      numberCell(seen),
      numberCell(nonfinite),
      ...cells,
      ...provenanceCells(evaluation),
    ]);
  });
  return [csvLine(head), ...lines].join('');
}

const PROVENANCE = [
  'task',
  'graph',
  'graph_version',
  'checkpoint_versions',
  'dataset',
  'dataset_version',
  'scaling',
  'image',
  'batch',
  'backend',
  'device',
  'parity_backend',
  'parity_difference',
  'cairn',
  'date',
] as const;

function provenanceCells({ provenance, parity, scores, backend }: Evaluation): readonly string[] {
  const stamp = [textCell(parity?.backend ?? ''), numberCell(parity?.difference ?? null)];
  if (!provenance) {
    return [...Array.from({ length: 9 }, () => ''), backend, '', ...stamp, '', ''];
  }
  const { graph, checkpoints, dataset, plan, batch, device, cairn, date } = provenance;
  return [
    scores?.task ?? '',
    textCell(graph?.path ?? ''),
    textCell(graph?.version ?? ''),
    textCell(checkpoints.map(({ version }) => version).join(' ')),
    textCell(dataset.path),
    textCell(dataset.version),
    textCell(JSON.stringify(plan.scaling)),
    textCell(plan.image ? JSON.stringify(plan.image) : ''),
    numberCell(batch),
    provenance.backend,
    textCell(device),
    ...stamp,
    textCell(cairn),
    new Date(date).toISOString(),
  ];
}

/** Written at a time. */
const LINES = 2000;

/** A line for each example, in the columns that its task has. */
export function* predictionsCsv(
  checkpoint: string,
  predictions: Predictions,
  hasHead: boolean,
): Generator<string> {
  const { examples, labels, predicted, values, top, slices } = predictions;
  const hasClasses = labels.length > 0;
  const ranks = Array.from({ length: top.k }, (_, i) => i);
  const outputs = Array.from({ length: values.width }, (_, i) => i);
  if (hasHead) {
    yield csvLine([
      'checkpoint',
      'example',
      'correct',
      'loss',
      'confidence',
      ...(hasClasses ? ['label', 'predicted'] : []),
      ...ranks.flatMap((i) => [`top_${i + 1}`, `probability_${i + 1}`]),
      ...outputs.flatMap((i) => [`target_${i}`, `output_${i}`]),
      ...slices.map(({ column }) => textCell(column)),
    ]);
  }
  let text = '';
  for (let row = 0; row < examples.length; row++) {
    const at = (column: ArrayLike<number>, index = row) => numberCell(column[index] ?? null);
    text += csvLine([
      textCell(checkpoint),
      at(examples),
      at(predictions.correct),
      at(predictions.loss),
      at(predictions.confidence),
      ...(hasClasses ? [at(labels), at(predicted)] : []),
      ...ranks.flatMap((i) => [
        at(top.classes, row * top.k + i),
        at(top.probabilities, row * top.k + i),
      ]),
      ...outputs.flatMap((i) => [
        at(values.targets, row * values.width + i),
        at(values.outputs, row * values.width + i),
      ]),
      ...slices.map(({ values: words, codes }) => textCell(String(words[codes[row] ?? 0] ?? ''))),
    ]);
    if ((row + 1) % LINES !== 0) continue;
    yield text;
    text = '';
  }
  yield text;
}

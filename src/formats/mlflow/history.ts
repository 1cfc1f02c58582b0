import type { HistoryFormat } from '#formats/history-format.ts';

/**
 * A run in MLflow's file store, by its `meta.yaml`; the files below its `metrics`, `params` and `tags`, and the
 * `meta.yaml` of its experiment, are the parts of it.
 *
 *     mlruns/<experiment>/<run>/meta.yaml
 *     mlruns/<experiment>/<run>/metrics/<name>    lines of: milliseconds value step
 *     mlruns/<experiment>/<run>/params/<name>     the value
 *     mlruns/<experiment>/<run>/tags/<name>       the value
 */
export const mlflow: HistoryFormat = {
  id: 'mlflow',
  title: 'MLflow run',
  spec: 'https://github.com/mlflow/mlflow/blob/master/mlflow/store/tracking/file_store.py',
  resumable: false,
  detect({ path, head }) {
    if (!/(?:^|\/)meta\.yaml$/.test(path)) return false;
    return /^run_(?:uu)?id\s*:/m.test(new TextDecoder().decode(head));
  },
  async *read(...args) {
    const { read } = await import('./reader.ts');
    yield* read(...args);
  },
};

const SPLIT = /^(eval|test)_/;

/**
 * The name under which the Trainer gives a metric of `log_history` to other loggers, TensorBoard and
 * Weights & Biases among them: `loss` is `train/loss` there, `eval_loss` is `eval/loss`.
 *
 * @see https://github.com/huggingface/transformers/blob/main/src/transformers/integrations/integration_utils.py `rewrite_logs`
 */
export function rewriteLogs(name: string): string {
  return SPLIT.test(name) ? name.replace(SPLIT, '$1/') : `train/${name}`;
}

import { baseOf } from '#io/path.ts';

/** ZeRO 1 and 2 have one such file for each model-parallel rank, ZeRO 3 one for each process. */
const MODEL_STATES = /^(?:zero_pp_rank_(\d+)_)?mp_rank_(\d+)_model_states\.pt$/;

/** How the type of training is written before the names of optimizer files, in the order of how common it is. */
const PREFIXES = ['bf16_', '', 'fp16_'];

export function isModelStates(path: string): boolean {
  return MODEL_STATES.test(baseOf(path));
}

/** Digits of the model-parallel rank, `00` mostly. */
export function modelRankOf(path: string): string {
  return MODEL_STATES.exec(baseOf(path))?.[2] ?? '00';
}

/** Whether each process wrote its own: ZeRO 3. */
export function isPerProcess(path: string): boolean {
  return MODEL_STATES.exec(baseOf(path))?.[1] !== undefined;
}

export function modelStatesName(rank: number, modelRank: string): string {
  return `zero_pp_rank_${rank}_mp_rank_${modelRank}_model_states.pt`;
}

/** Names that the optimizer file of a process may have. */
export function optimizerNames(rank: number, modelRank: string): readonly string[] {
  return PREFIXES.map(
    (prefix) => `${prefix}zero_pp_rank_${rank}_mp_rank_${modelRank}_optim_states.pt`,
  );
}

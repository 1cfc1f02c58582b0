import { baseOf, parentOf } from '#io/path.ts';

/** Where a process stood: tensor parallel, then pipeline and expert parallel where there are such. */
export interface Rank {
  /** `mp_rank_00`, `mp_rank_01_003` */
  readonly folder: string;
  readonly tensor: number;
  readonly pipeline: number | undefined;
  readonly expert: number | undefined;
}

const FOLDER = /^mp_rank_(\d{2,})(?:_(\d{3,}))?(?:_(\d{3,}))?$/;
const FILE = /^(?:model_optim_rng|model_rng)\.pt$/;

export function isRankFile(path: string): boolean {
  return FILE.test(baseOf(path)) && FOLDER.test(baseOf(parentOf(path)));
}

export function rankOf(path: string): Rank | undefined {
  const folder = baseOf(parentOf(path));
  const [, tensor, pipeline, expert] = FOLDER.exec(folder) ?? [];
  if (tensor === undefined) return undefined;
  const number = (digits: string | undefined) =>
    digits === undefined ? undefined : Number(digits);
  return { folder, tensor: Number(tensor), pipeline: number(pipeline), expert: number(expert) };
}

/** Folders that there must be for so many processes in each way. */
export function foldersFor(tensor: number, pipeline: number): readonly string[] {
  return Array.from({ length: tensor * pipeline }, (_, index) => {
    const first = String(index % tensor).padStart(2, '0');
    const second = String(Math.floor(index / tensor)).padStart(3, '0');
    return pipeline === 1 ? `mp_rank_${first}` : `mp_rank_${first}_${second}`;
  });
}

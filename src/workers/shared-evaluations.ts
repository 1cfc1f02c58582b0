/** A row of the evaluations in `expected.json`; `fixtures/README.md` says what the fields mean. */
export interface Evaluation {
  readonly checkpoint: string;
  readonly graph: string | null;
  readonly data: string;
  readonly inputs: string | readonly string[];
  readonly labels: string | null;
  readonly examples: number;
  readonly preprocessing: string | null;
  readonly tolerance?: number;
  readonly accuracy: number | null;
  readonly cross_entropy: number | null;
  readonly smallest_margin?: number;
  readonly logits_first?: readonly (readonly number[])[];
  /** An npz with all outputs: under `output_key`, or `output_key.0`, `.1` where there are several. */
  readonly outputs?: string;
  readonly output_key?: string;
  /** The key under which the weights lie, and what their names begin with there. */
  readonly weights?: string;
  readonly strip_prefix?: string;
  /** A language model: logits at one place against the label at the next. */
  readonly shift?: boolean;
  readonly ignore_index?: number;
}

export interface Category {
  /** Under `shared/fixtures`. */
  readonly directory: string;
  /** Graph files of the rows that are walked. */
  readonly graphs: RegExp;
  /** Rows that are not walked, by their checkpoint or their data, and why. */
  readonly leftOut?: readonly { readonly match: RegExp; readonly because: string }[];
  /** Which weights, where a file holds several that fit. */
  readonly prefixOf?: (evaluation: Evaluation) => string | undefined;
  /** How many times the 1e-5 the outputs may differ; never more than the stated tolerance. */
  readonly looser?: number;
}

const PROGRAM = /\.pt2$/;

/** Two sets of weights in one file: which one is meant has to be said. */
const twofold = ({ checkpoint, weights, strip_prefix }: Evaluation) =>
  /version_2|ema\.pth/.test(checkpoint) ? `${weights}.${strip_prefix}` : undefined;

export const CATEGORIES: readonly Category[] = [
  { directory: 'pytorch/pt2', graphs: PROGRAM },
  { directory: 'pytorch/torchscript', graphs: PROGRAM },
  { directory: 'pytorch/views', graphs: PROGRAM, prefixOf: twofold },
  {
    directory: 'pytorch/lightning',
    graphs: PROGRAM,
    prefixOf: twofold,
    leftOut: [
      {
        match: /version_1\/checkpoints\/last\.ckpt/,
        because: 'a link, which browsers do not list',
      },
    ],
  },
  { directory: 'safetensors/run-mlp', graphs: PROGRAM },
  {
    directory: 'sample-training/digits-pytorch',
    graphs: PROGRAM,
    leftOut: [{ match: /^test-images$/, because: 'a folder of images: the data sets have tests' }],
  },
  { directory: 'huggingface/bert-topics', graphs: PROGRAM },
  { directory: 'huggingface/gpt2-parity', graphs: PROGRAM },
  {
    directory: 'misc/deepspeed-zero2',
    graphs: PROGRAM,
    leftOut: [
      {
        match: /mp_rank_00_model_states/,
        because:
          'half-precision copies; the checkpoint is read as the float32 it holds beside them',
      },
    ],
  },
  { directory: 'misc/deepspeed-zero3', graphs: PROGRAM },
  { directory: 'misc/torchtitan', graphs: PROGRAM },
];

export const REFUSED: readonly {
  readonly directory: string;
  readonly graph: string;
  readonly reasons: readonly RegExp[];
}[] = [
  {
    directory: 'pytorch/pt2',
    graph: 'train-mode/model.pt2',
    reasons: [/batch_norm.*train mode.*statistics of the batch/, /dropout.*train mode/],
  },
];

import type { UnaryName } from '#domain/graph.ts';
import type { JsonNode } from '#encodings/json-node.ts';

/** Of a model or an adapter: what is asked for by name, so that what nobody asked for is seen. */
export class Config {
  readonly #root: JsonNode;
  readonly #read = new Set<string>();
  /** Why the network cannot be computed: all of it. */
  readonly reasons: string[] = [];

  constructor(root: JsonNode) {
    this.#root = root;
  }

  has(key: string): boolean {
    return this.#find(key) !== undefined;
  }

  number(key: string, fallback?: number): number {
    const node = this.#find(key);
    return node || fallback === undefined ? (node ?? this.#root.get(key)).number() : fallback;
  }

  /** A size. */
  count(key: string, fallback?: number): number {
    const value = this.number(key, fallback);
    if (!Number.isInteger(value) || value < 0 || value > MAX_SIZE) {
      this.reasons.push(`${key} is ${value}`);
    }
    return value;
  }

  boolean(key: string, fallback: boolean): boolean {
    return this.#find(key)?.boolean() ?? fallback;
  }

  text(key: string, fallback: string): string {
    return this.#find(key)?.text() ?? fallback;
  }

  find(key: string): JsonNode | undefined {
    return this.#find(key);
  }

  texts(key: string): readonly string[] {
    return (
      this.#find(key)
        ?.list()
        .map((node) => node.text()) ?? []
    );
  }

  /** Refuses every value but these, of which the first is what an absent one means. */
  only(key: string, ...values: readonly (string | number | boolean)[]): void {
    const node = this.#find(key);
    if (!node || values.some((value) => value === node.value)) return;
    this.reasons.push(`${key} = ${JSON.stringify(node.value)} is not supported`);
  }

  ignore(...keys: readonly string[]): void {
    for (const key of keys) this.#read.add(key);
  }

  /** The function that a key names. */
  activation(key: string, fallback: string): Activation {
    const name = this.text(key, fallback);
    const known = ACTIVATIONS.get(name);
    if (!known) this.reasons.push(`${key} = "${name}" is not supported`);
    return known ?? 'relu';
  }

  /** Keys that may change what is computed and that nobody asked for. */
  unread(): readonly string[] {
    return this.#root
      .entries()
      .map(([key]) => key)
      .filter((key) => !this.#read.has(key) && !PASSIVE.test(key));
  }

  #find(key: string): JsonNode | undefined {
    this.#read.add(key);
    return this.#root.find(key);
  }
}

/** No layer has more of anything. */
const MAX_SIZE = 2 ** 24;

export type Activation = UnaryName | 'quick_gelu' | 'linear';

/** @see https://github.com/huggingface/transformers/blob/main/src/transformers/activations.py `ACT2CLS` */
const ACTIVATIONS: ReadonlyMap<string, Activation> = new Map<string, Activation>([
  ['gelu', 'gelu'],
  ['gelu_python', 'gelu'],
  ['gelu_new', 'gelu_tanh'],
  ['gelu_fast', 'gelu_tanh'],
  ['gelu_pytorch_tanh', 'gelu_tanh'],
  ['gelu_python_tanh', 'gelu_tanh'],
  ['quick_gelu', 'quick_gelu'],
  ['relu', 'relu'],
  ['relu6', 'relu6'],
  ['silu', 'silu'],
  ['swish', 'silu'],
  ['tanh', 'tanh'],
  ['sigmoid', 'sigmoid'],
  ['mish', 'mish'],
  ['linear', 'linear'],
]);

/** What training, generation and bookkeeping need: nothing of it changes what the network computes. */
const PASSIVE =
  /^_|dropout|drop_?path|^(?:.*pdrop|layerdrop|bos_token_id|eos_token_id|sep_token_id|cls_token_id|decoder_start_token_id|unk_token_id|transformers_version|torch_dtype|dtype|use_cache|initializer_range|init_std|initializer_factor|gradient_checkpointing|architectures|model_type|id2label|label2id|problem_type|finetuning_task|task_specific_params|output_past|keys_to_ignore_at_inference|return_dict|output_hidden_states|output_attentions|torchscript|tokenizer_class|prefix|pretraining_tp|qa_dropout|encoder_stride|image_processor_type|max_length|min_length|do_sample|early_stopping|num_beams|num_beam_groups|diversity_penalty|temperature|top_k|top_p|typical_p|repetition_penalty|length_penalty|no_repeat_ngram_size|encoder_no_repeat_ngram_size|bad_words_ids|num_return_sequences|output_scores|return_dict_in_generate|forced_bos_token_id|forced_eos_token_id|remove_invalid_values|exponential_decay_length_penalty|suppress_tokens|begin_suppress_tokens|tf_legacy_loss|use_bfloat16|attn_implementation|auto_map|chunk_size_feed_forward|ignore_index|seq_classif_dropout|mlp_only_layers|max_window_layers|directionality|pooler_(?:fc_size|num_attention_heads|num_fc_layers|size_per_head|type)|summary_(?:activation|first_dropout|proj_to_labels|type|use_proj)|n_ctx|language|num_labels|sequence_classification|unsloth.*)$/;

import { describe, expect, it } from 'vitest';
import { CheckpointError } from '#domain/problem.ts';
import { bytesSource } from '#io/testing.ts';
import { huggingfaceConfig } from './graph.ts';
import { openGraph } from './graph-reader.ts';

const BERT = {
  architectures: ['BertForSequenceClassification'],
  model_type: 'bert',
  hidden_size: 8,
  num_hidden_layers: 1,
  num_attention_heads: 2,
  intermediate_size: 12,
  vocab_size: 10,
};
const LLAMA = {
  ...BERT,
  architectures: ['LlamaForCausalLM'],
  model_type: 'llama',
  hidden_act: 'silu',
};

const source = (config: object, name = 'config.json') =>
  bytesSource(new TextEncoder().encode(JSON.stringify(config)), `run/${name}`);

const reasonsOf = async (config: object): Promise<readonly string[]> => {
  try {
    await openGraph(source(config));
    return [];
  } catch (error) {
    if (error instanceof CheckpointError && error.problem.kind === 'unfit') {
      return error.problem.reasons;
    }
    throw error;
  }
};

describe('a configuration of transformers', () => {
  it.each([
    ['of a usual model', BERT, []],
    ['of a model of another kind', { ...BERT, model_type: 't5' }, ['the type t5']],
    [
      'with several things that are not known',
      { ...BERT, hidden_act: 'snake', position_embedding_type: 'relative_key', hyper_norm: 2 },
      ['hidden_act = "snake"', 'position_embedding_type', 'hyper_norm'],
    ],
    ['with another head', { ...BERT, architectures: ['BertForQuestionAnswering'] }, ['QuestionA']],
    ['of a decoder', { ...BERT, is_decoder: true }, ['is_decoder']],
    [
      'of quantised weights',
      { ...BERT, quantization_config: { bits: 4 } },
      ['quantization_config'],
    ],
    ['of a usual decoder', LLAMA, []],
    ['of scaled rotations', { ...LLAMA, rope_scaling: { type: 'linear', factor: 2 } }, []],
    ['of yarn', { ...LLAMA, rope_scaling: { rope_type: 'yarn', factor: 2 } }, ['yarn', 'factor']],
  ])('%s', async (_, config, reasons) => {
    const found = await reasonsOf(config);
    expect(found).toHaveLength(reasons.length);
    for (const reason of reasons) expect(found.join('\n')).toContain(reason);
  });

  it('asks for weights by the names of the state dict, and takes tied ones by either name', async () => {
    const config = { ...LLAMA, tie_word_embeddings: true };
    const { parameters, inputs } = await openGraph(source(config));
    expect(parameters.get('model.embed_tokens.weight')?.aliases).toContain('lm_head.weight');
    expect(parameters.has('model.layers.0.self_attn.q_proj.weight')).toBe(true);
    expect(inputs.map(({ name }) => name)).toEqual(['input_ids', 'attention_mask']);
  });

  it('is known by its name and what it begins with, however many labels there are', () => {
    const detect = (config: object, name: string) => {
      const bytes = new TextEncoder().encode(JSON.stringify(config));
      const head = bytes.slice(0, 4096);
      const tail = bytes.slice(-4096);
      return huggingfaceConfig.detect({ path: name, size: bytes.length, head, tail });
    };
    const labels = Array.from({ length: 1000 }, (_, i) => `label ${i}`);
    expect(detect({ id2label: labels, model_type: 'vit' }, 'a/config.json')).toBe(true);
    expect(detect({ model_type: 'vit' }, 'a/other.json')).toBe(false);
    expect(detect({ peft_type: 'LORA' }, 'adapter_config.json')).toBe(true);
    expect(detect({ learning_rate: 1 }, 'config.json')).toBe(false);
  });
});

describe('an adapter', () => {
  it('whose base is not there says which', async () => {
    const config = { peft_type: 'LORA', base_model_name_or_path: 'org/some-base', r: 4 };
    const opening = openGraph(source(config, 'adapter_config.json'), {
      sibling: async (name) => {
        throw new CheckpointError({ kind: 'missing', path: name }, { path: name });
      },
    });
    await expect(opening).rejects.toMatchObject({ problem: { kind: 'unfit' } });
  });

  it('of another kind than LoRA is refused', async () => {
    const config = { peft_type: 'LOHA', use_dora: true, bias: 'all' };
    await expect(openGraph(source(config, 'adapter_config.json'))).rejects.toMatchObject({
      problem: {
        reasons: [
          expect.stringContaining('LOHA'),
          expect.stringContaining('bias'),
          expect.stringContaining('use_dora'),
        ],
      },
    });
  });
});

import { describe, expect, it } from 'vitest';
import { createGrouping } from './group.ts';

function checkpoints(paths: readonly string[]) {
  const grouping = createGrouping();
  grouping.add(paths);
  return grouping
    .grouping()
    .runs.flatMap((run) =>
      run.checkpoints.map(({ path, main, files }) => [run.path, path, main, files.length] as const),
    );
}

describe('a checkpoint that several processes wrote is one', () => {
  it.each<[string, string[], (readonly [string, string, string, number])[]]>([
    // run, path, main, files
    [
      'step folders of torchtitan',
      [
        'out/checkpoint/step-20/__1_0.distcp',
        'out/checkpoint/step-20/__0_0.distcp',
        'out/checkpoint/step-20/.metadata',
        'out/checkpoint/step-40/__0_0.distcp',
      ],
      [
        ['out', 'out/checkpoint/step-20', 'out/checkpoint/step-20/.metadata', 3],
        // It was not finished: its .metadata is missing.
        ['out', 'out/checkpoint/step-40', 'out/checkpoint/step-40/.metadata', 1],
      ],
    ],
    [
      'a folder of any name belongs to the run above it',
      ['r/a/.metadata', 'r/a/__0_0.distcp', 'r/b/.metadata.tmp', 'r/b/__0_0.distcp'],
      [
        ['r', 'r/a', 'r/a/.metadata', 2],
        ['r', 'r/b', 'r/b/.metadata', 2],
      ],
    ],
    [
      'the opened directory itself',
      ['.metadata', '__0_0.distcp'],
      [['', '.metadata', '.metadata', 2]],
    ],
    [
      'a folder of Lightning, with its own file',
      [
        'r/checkpoints/epoch=0-step=10.ckpt/.metadata',
        'r/checkpoints/epoch=0-step=10.ckpt/__0_0.distcp',
        'r/checkpoints/epoch=0-step=10.ckpt/meta.pt',
      ],
      [
        [
          'r',
          'r/checkpoints/epoch=0-step=10.ckpt',
          'r/checkpoints/epoch=0-step=10.ckpt/.metadata',
          3,
        ],
      ],
    ],
    [
      'model and optimizer of accelerate',
      [
        'r/checkpoint-10/optimizer_0/.metadata',
        'r/checkpoint-10/optimizer_0/__0_0.distcp',
        'r/checkpoint-10/pytorch_model_fsdp_0/.metadata',
        'r/checkpoint-10/pytorch_model_fsdp_0/__0_0.distcp',
        'r/checkpoint-10/scheduler.pt',
      ],
      [['r', 'r/checkpoint-10', 'r/checkpoint-10/pytorch_model_fsdp_0/.metadata', 5]],
    ],
    [
      'model and optimizer of accelerate in a folder of any name',
      [
        'r/saved/optimizer_0/.metadata',
        'r/saved/optimizer_0/__0_0.distcp',
        'r/saved/pytorch_model_fsdp_0/.metadata',
        'r/saved/pytorch_model_fsdp_0/__0_0.distcp',
      ],
      [['r/saved', 'r/saved', 'r/saved/pytorch_model_fsdp_0/.metadata', 4]],
    ],
    [
      'the ranks of DeepSpeed',
      [
        'o/global_step30/bf16_zero_pp_rank_1_mp_rank_00_optim_states.pt',
        'o/global_step30/bf16_zero_pp_rank_0_mp_rank_00_optim_states.pt',
        'o/global_step30/zero_pp_rank_1_mp_rank_00_model_states.pt',
        'o/global_step30/zero_pp_rank_0_mp_rank_00_model_states.pt',
        'o/best/zero_pp_rank_0_mp_rank_00_optim_states.pt',
      ],
      [
        ['o', 'o/best', 'o/best/mp_rank_00_model_states.pt', 1],
        ['o', 'o/global_step30', 'o/global_step30/zero_pp_rank_0_mp_rank_00_model_states.pt', 4],
      ],
    ],
    [
      'DeepSpeed below a folder of the Trainer',
      [
        'o/checkpoint-30/trainer_state.json',
        'o/checkpoint-30/rng_state_0.pth',
        'o/checkpoint-30/global_step30/mp_rank_00_model_states.pt',
        'o/checkpoint-30/global_step30/zero_pp_rank_0_mp_rank_00_optim_states.pt',
      ],
      [['o', 'o/checkpoint-30', 'o/checkpoint-30/global_step30/mp_rank_00_model_states.pt', 3]],
    ],
    [
      'a model of DeepSpeed that is parallel in itself is one for each part',
      [
        'o/global_step3/mp_rank_00_model_states.pt',
        'o/global_step3/mp_rank_01_model_states.pt',
        'o/global_step3/zero_pp_rank_0_mp_rank_00_optim_states.pt',
      ],
      [
        [
          'o',
          'o/global_step3/mp_rank_00_model_states.pt',
          'o/global_step3/mp_rank_00_model_states.pt',
          2,
        ],
        [
          'o',
          'o/global_step3/mp_rank_01_model_states.pt',
          'o/global_step3/mp_rank_01_model_states.pt',
          1,
        ],
      ],
    ],
    [
      'the ranks of Megatron, with their optimizers',
      [
        'c/iter_0000100/mp_rank_01/model_optim_rng.pt',
        'c/iter_0000100/mp_rank_01/distrib_optim.pt',
        'c/iter_0000100/mp_rank_00/model_optim_rng.pt',
        'c/release/mp_rank_00/model_optim_rng.pt',
      ],
      [
        ['c', 'c/iter_0000100', 'c/iter_0000100/mp_rank_00/model_optim_rng.pt', 3],
        ['c/release', 'c/release', 'c/release/mp_rank_00/model_optim_rng.pt', 1],
      ],
    ],
    ['Flutter has a .metadata too', ['app/.metadata', 'app/pubspec.yaml'], []],
  ])('%s', (_, paths, wanted) => {
    expect(checkpoints(paths)).toEqual(wanted);
  });
});

import { expect, it } from 'vitest';
import { trainerStates } from './trainer-states.ts';

it('the states of a training are listed from the last to the first, those of another apart', () => {
  expect(
    trainerStates([
      'a/checkpoint-9/trainer_state.json',
      'a/checkpoint-100/trainer_state.json',
      'a/tmp-checkpoint-110/trainer_state.json',
      'a/trainer_state.json',
      'a/metrics.json',
      'b/checkpoint-5/trainer_state.json',
      'trainer_state.json',
    ]),
  ).toEqual([
    [
      'a/trainer_state.json',
      'a/checkpoint-100/trainer_state.json',
      'a/checkpoint-9/trainer_state.json',
      'a/tmp-checkpoint-110/trainer_state.json',
    ],
    ['b/checkpoint-5/trainer_state.json'],
    ['trainer_state.json'],
  ]);
});

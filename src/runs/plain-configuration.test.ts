import { expect, it } from 'vitest';
import { plainConfiguration } from './plain-configuration.ts';

it.each([
  [
    'Weights & Biases wraps every value',
    {
      _wandb: { value: { cli_version: '0.24' } },
      lr: { value: 0.1 },
      model: { desc: null, value: { width: 32 } },
    },
    { lr: 0.1, model: { width: 32 } },
  ],
  [
    'older ones say which version wrote it',
    { wandb_version: 1, lr: { desc: null, value: 0.1 } },
    { lr: 0.1 },
  ],
  ['one key called value is the own of the person', { lr: { value: 0.1 } }, { lr: { value: 0.1 } }],
  ['others are as they are', { lr: 0.1, model: { width: 32 } }, { lr: 0.1, model: { width: 32 } }],
  [
    'Hydra lists what was given on the command line',
    ['lr=1e-3', '+model.width=32', 'name=a=b', 'amp=true'],
    { lr: 0.001, 'model.width': 32, name: 'a=b', amp: true },
  ],
])('%s', (_, given, plain) => {
  expect(plainConfiguration(given)).toEqual(plain);
});

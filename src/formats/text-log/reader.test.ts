import { describe, expect, it } from 'vitest';
import { joinChunks } from '#domain/series.ts';
import { probe } from '#formats/index.ts';
import {
  asGolden,
  chunksOf,
  columnsOf,
  expectToSurvive,
  type GoldenHistory,
  textSource,
} from '#formats/log-lines/testing.ts';
import { expected, fileSource, fixture } from '#io/testing.ts';
import { textLog } from './history.ts';

const OWN = 'src/formats/text-log/fixtures';

const golden: readonly GoldenHistory[] = expected(OWN).histories;

describe('what a training loop printed', () => {
  it.each(golden.map((history) => [history.path, history] as const))(
    '%s',
    async (path, { series }) => {
      const source = await fileSource(OWN, path);
      expect(textLog.detect(await probe(source))).toBe(true);
      const found = joinChunks(await chunksOf(textLog, source)).map(asGolden);
      // What is printed on lines of their own gets a name of its own in the expectation.
      const same = series.filter(({ tag }) => !tag.startsWith('eval_'));
      for (const one of same) expect(found).toContainEqual(one);
    },
  );
});

async function read(...lines: readonly string[]) {
  const columns = columnsOf(
    await chunksOf(textLog, textSource(`${lines.join('\n')}\n`, 'train.log')),
  );
  return Object.fromEntries(
    Object.entries(columns).map(([tag, { steps, values }]) => [
      tag,
      steps.map((step, i) => [step, values[i]]),
    ]),
  );
}

describe('a line', () => {
  it.each<[string, Record<string, [number, number][]>]>([
    ['step=100 loss=0.42 acc=0.9', { loss: [[100, 0.42]], acc: [[100, 0.9]] }],
    ['Epoch 3/10: loss: 0.5, val_loss: 0.6', { loss: [[3, 0.5]], val_loss: [[3, 0.6]] }],
    ['iter 100: loss 2.3021, time 12.30ms, mfu 1.25%', { loss: [[100, 2.3021]] }],
    [
      'step 250: train loss 0.2921, val loss 0.3666',
      { train_loss: [[250, 0.2921]], val_loss: [[250, 0.3666]] },
    ],
    [
      "{'loss': 0.5, 'learning_rate': 5e-05, 'epoch': 2.0}",
      { loss: [[2, 0.5]], learning_rate: [[2, 5e-5]] },
    ],
    [
      '[10/01 12:00:00 d2]: eta: 0:10:00  iter: 19  total_loss: 5.1  lr: 0.0002',
      { total_loss: [[19, 5.1]], lr: [[19, 0.0002]] },
    ],
    [
      '| epoch   1 |   200/ 2983 batches | lr 5.00 | ms/batch 11.1 | loss  7.63',
      { lr: [[200, 5]], loss: [[200, 7.63]] },
    ],
    ['Epoch [1/5], Step [100/600], Loss: 0.42', { Loss: [[100, 0.42]] }],
    [
      '\u001b[32mstep 7\u001b[0m loss: nan grad_norm: inf',
      { loss: [[7, Number.NaN]], grad_norm: [[7, Number.POSITIVE_INFINITY]] },
    ],
    [
      'Epoch 2:  10%|█ | 1/10 [00:01<00:09, loss=0.9]\rEpoch 2: 100%|███| 10/10 [00:10<00:00, 1.1it/s, loss=0.4]',
      { loss: [[2, 0.4]] },
    ],
    ['starting run seed=1', {}],
    ['done in 12.5s', {}],
  ])('%j', async (line, points) => {
    expect(await read(line)).toEqual(points);
  });
});

describe('a log', () => {
  it('whose steps begin anew in each epoch counts them over all', async () => {
    expect(
      await read(
        'Epoch: [0][ 0/10] Loss 4.0 (4.0)',
        'Epoch: [0][ 5/10] Loss 3.0 (3.5)',
        'Epoch: [1][ 0/10] Loss 2.0 (2.0)',
      ),
    ).toEqual({
      Loss: [
        [0, 4],
        [5, 3],
        [10, 2],
      ],
    });
  });

  it('of Keras says the epoch on a line of its own', async () => {
    expect(
      await read(
        'Epoch 1/2',
        '10/10 [==] - 3s 2ms/step - loss: 0.5 - val_loss: 0.6',
        'Epoch 2/2',
        '10/10 [==] - 3s 2ms/step - loss: 0.4 - val_loss: 0.5',
      ),
    ).toEqual({
      loss: [
        [1, 0.5],
        [2, 0.4],
      ],
      val_loss: [
        [1, 0.6],
        [2, 0.5],
      ],
    });
  });

  it.each([
    ['seed=1\nlr=0.1\n'],
    ['2024-01-01 12:00:00 GET /index.html 200\n2024-01-01 12:00:01 GET /a 404\n'],
    ['npm ERR! code 1\nnpm ERR! errno 2\n'],
  ])('is not %j', async (text) => {
    expect(textLog.detect(await probe(textSource(text, 'a.log')))).toBe(false);
  });

  it('that is damaged gives points or says what is wrong', async () => {
    await expectToSurvive(textLog, await fixture('text-log/train.log'), {
      path: 'train.log',
      rounds: 100,
    });
  });
});

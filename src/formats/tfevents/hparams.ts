import type { RunFacts } from '#domain/history.ts';
import type { Metadata } from '#domain/tensor.ts';
import { bool, double, int64, map, nested, readMessage, text } from '#encodings/protobuf.ts';
import type { Cursor } from '#io/cursor.ts';

/** `google.protobuf.Value`, as far as a hyper-parameter can be one. */
const VALUE = nested(2, { number: double(2), text: text(3), truth: bool(4) });

const EXPERIMENT = nested(2, { description: text(1), user: text(2), name: text(6) });
const START = nested(3, {
  hparams: map(1, text(1), VALUE),
  group: text(4),
  started: double(5),
});
const END = nested(4, { status: int64(1), ended: double(2) });
const PLUGIN_DATA = { experiment: EXPERIMENT, start: START, end: END } as const;

/** TensorFlow names a group by the hash of its hyper-parameters where nobody named it. */
const HASH = /^[0-9a-f]{64}$/;

/** `Status` */
const STATUSES: readonly RunFacts['status'][] = [undefined, 'finished', 'failed', 'running'];

/**
 * What one record of the hparams plugin says of its run.
 *
 * @see https://github.com/tensorflow/tensorboard/blob/master/tensorboard/plugins/hparams/plugin_data.proto
 */
export function readHparams(cursor: Cursor): RunFacts {
  const { experiment, start, end } = readMessage(PLUGIN_DATA, cursor);
  const group = start?.group && !HASH.test(start.group) ? start.group : undefined;
  const tags = given({
    experiment: experiment?.name,
    description: experiment?.description,
    user: experiment?.user,
    group,
  });
  const hparams = (start?.hparams ?? []).flatMap(({ key, value }) => {
    const said: Metadata | undefined = value?.truth ?? value?.text ?? value?.number;
    return key === undefined || said === undefined ? [] : [[key, said] as const];
  });
  return {
    ...(hparams.length > 0 && { configuration: Object.fromEntries(hparams) }),
    ...(Object.keys(tags).length > 0 && { tags }),
    ...(start?.started && { started: start.started }),
    ...ending(end?.ended, end?.status),
  };
}

/** torch writes that all went well before the first step, and gives no time with it. */
function ending(ended: number | undefined, code: number | undefined): RunFacts {
  if (!ended) return {};
  const status = STATUSES[code ?? 0];
  return { ended, ...(status && { status }) };
}

function given(tags: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(tags).flatMap(([key, value]) => (value ? [[key, value]] : [])),
  );
}

/** Facts with those of a later record put over them; hyper-parameters and tags add up. */
export function addFacts(facts: RunFacts, more: RunFacts): RunFacts {
  const configuration = more.configuration && { ...facts.configuration, ...more.configuration };
  const tags = more.tags && { ...facts.tags, ...more.tags };
  return { ...facts, ...more, ...(configuration && { configuration }), ...(tags && { tags }) };
}

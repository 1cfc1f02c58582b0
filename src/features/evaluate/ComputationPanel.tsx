import { useQuery } from '@tanstack/react-query';
import type { Backend, EvaluationPlan } from '#domain/evaluation.ts';
import type { Graph } from '#domain/graph.ts';
import { Button } from '#ui/Button.tsx';
import { useNumberFormats } from '#ui/format-number.ts';
import { NumberField } from '#ui/NumberField.tsx';
import { Panel } from '#ui/Panel.tsx';
import type { PageProps } from '#ui/page-props.ts';
import { Select, type SelectOption } from '#ui/Select.tsx';
import { useStrings } from '#ui/strings.ts';
import styles from './EvaluatePage.module.css';
import { isPlan, type Lack } from './plan.ts';
import { backendsQuery, type StartedBackend } from './queries.ts';
import { texts } from './strings.ts';
import { type EvaluateView, LARGEST_BATCH } from './view.ts';

export interface ComputationPanelProps extends PageProps<EvaluateView> {
  readonly graph: Graph | undefined;
  readonly plan: EvaluationPlan | readonly Lack[];
  /** Whether an evaluation goes on. */
  readonly isBusy: boolean;
  /** Whether this very plan was computed before. */
  readonly isKept: boolean;
  readonly onStart: (plan: EvaluationPlan) => void;
}

const AUTOMATIC = 'automatic';
const BACKENDS: readonly Backend[] = ['webgpu', 'wasm', 'cpu'];

/** How it is computed, and the button that starts it. */
export function ComputationPanel(props: ComputationPanelProps) {
  const { view, onView, graph, plan, isBusy, isKept, onStart } = props;
  const t = useStrings(texts);
  const { count } = useNumberFormats();
  const backends = useQuery(backendsQuery);
  const fixed = graph?.batch ?? null;
  return (
    <Panel title={t.computation}>
      <div className={styles.fields}>
        <div className={styles.row}>
          <NumberField
            label={t.batch}
            isPlain
            min={1}
            max={LARGEST_BATCH}
            step={1}
            value={fixed ?? view.batch}
            isDisabled={fixed !== null}
            onChange={(batch) => Number.isInteger(batch) && onView({ batch }, { replace: true })}
            description={fixed === null ? undefined : t.batchFixed(count(fixed))}
          />
          <Select
            label={t.backend}
            value={view.backend ?? AUTOMATIC}
            options={useBackendOptions(backends.data)}
            onChange={(id) => onView({ backend: id === AUTOMATIC ? null : id })}
            description={backends.isPending ? t.starting : undefined}
          />
        </div>
        {backends.error && (
          <p role="alert" className={styles.danger}>
            {String(backends.error)}
          </p>
        )}
        <div className={styles.tools}>
          <Button
            look="primary"
            isDisabled={!isPlan(plan)}
            // Not disabled while it computes: the focus would be lost.
            onPress={() => {
              if (isPlan(plan) && !isBusy) onStart(plan);
            }}
          >
            {t.evaluate}
          </Button>
          {isBusy && <span className={styles.quiet}>{t.busy}</span>}
          {!isBusy && isKept && <span className={styles.quiet}>{t.again}</span>}
        </div>
        {!isPlan(plan) && (
          <div className={styles.quiet}>
            {t.lacks}
            <ul className={styles.lacks}>
              {plan.map((lack) => (
                <li key={lack}>{t[`lack_${lack}`]}</li>
              ))}
            </ul>
          </div>
        )}
      </div>
    </Panel>
  );
}

function useBackendOptions(
  started: readonly StartedBackend[] | undefined,
): readonly SelectOption<Backend | typeof AUTOMATIC>[] {
  const t = useStrings(texts);
  const best = started?.[0];
  return [
    { id: AUTOMATIC, label: best ? t.automaticIs(t[best.backend]) : t.automatic },
    ...BACKENDS.map((id) => {
      const device = started?.find(({ backend }) => backend === id)?.device;
      const isMissing = started !== undefined && device === undefined;
      const detail = isMissing ? t.notHere : device || (id === 'cpu' ? t.slow : undefined);
      return { id, label: t[id], detail, isDisabled: isMissing };
    }),
  ];
}

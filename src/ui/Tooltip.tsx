import type { ReactNode } from 'react';
import { Tooltip as AriaTooltip, TooltipTrigger } from 'react-aria-components/Tooltip';
import { classNames } from './class-names.ts';
import styles from './Tooltip.module.css';

export interface TooltipProps {
  readonly text: ReactNode;
  /** One control that can be focused. */
  readonly children: ReactNode;
}

/** Words about a control, for pointer and focus. Nothing that is said only here may be needed. */
export function Tooltip({ text, children }: TooltipProps) {
  return (
    <TooltipTrigger delay={500} closeDelay={100}>
      {children}
      <AriaTooltip className={classNames(styles.tooltip)} offset={4}>
        {text}
      </AriaTooltip>
    </TooltipTrigger>
  );
}

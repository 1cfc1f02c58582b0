import { Label } from 'react-aria-components/Label';
import {
  Slider as AriaSlider,
  SliderOutput,
  SliderThumb,
  SliderTrack,
} from 'react-aria-components/Slider';
import { classNames } from './class-names.ts';
import fields from './Field.module.css';
import styles from './Slider.module.css';

export interface SliderProps {
  readonly label: string;
  readonly value: number;
  readonly onChange: (value: number) => void;
  readonly min: number;
  readonly max: number;
  readonly step: number;
  readonly isDisabled?: boolean;
}

export function Slider({ label, value, onChange, ...props }: SliderProps) {
  return (
    <AriaSlider
      className={classNames(styles.slider)}
      value={value}
      onChange={onChange}
      minValue={props.min}
      maxValue={props.max}
      step={props.step}
      isDisabled={props.isDisabled ?? false}
    >
      <div className={styles.head}>
        <Label className={classNames(fields.label)}>{label}</Label>
        <SliderOutput className={classNames(styles.output)} />
      </div>
      <SliderTrack className={classNames(styles.track)}>
        <SliderThumb className={classNames(styles.thumb)} />
      </SliderTrack>
    </AriaSlider>
  );
}

// How runs and places become a state: the fields of it, and what they come to.
import { Validators, type FormControl, type FormGroup, type NonNullableFormBuilder } from '@angular/forms';
import type { Assignment, Quorum, Thresholds } from '@checkstack/api';

export type JudgementForm = FormGroup<{
  counted: FormControl<'row' | 'window'>;
  healthy: FormControl<number>;
  degraded: FormControl<number>;
  unhealthy: FormControl<number>;
  window: FormControl<number>;
  quorum: FormControl<Quorum['mode']>;
  places: FormControl<number>;
}>;

const inARow = { healthy: 1, degraded: 2, unhealthy: 5 };
const ofTheLast = { healthy: 1, degraded: 3, unhealthy: 7, window: 10 };

export function judgementForm(builder: NonNullableFormBuilder, assignment: Assignment | undefined): JudgementForm {
  const { healthy, degraded, unhealthy, window }: Thresholds = assignment?.thresholds ?? inARow;
  const quorum = assignment?.quorum ?? { mode: 'any' };
  const count = (value: number, least = 1) =>
    builder.control(value, [Validators.required, Validators.min(least), Validators.max(100)]);
  const form: JudgementForm = builder.group({
    counted: builder.control<'row' | 'window'>(window === undefined ? 'row' : 'window'),
    healthy: count(healthy),
    degraded: count(degraded),
    unhealthy: count(unhealthy),
    window: count(window ?? ofTheLast.window, 3),
    quorum: builder.control(quorum.mode),
    places: count(quorum.mode === 'atLeast' ? quorum.count : 2),
  });
  form.controls.counted.valueChanges.subscribe((counted) => form.patchValue(counted === 'row' ? inARow : ofTheLast));
  return form;
}

export function judgementOf(form: JudgementForm): { thresholds: Thresholds; quorum: Quorum } {
  const { counted, healthy, degraded, unhealthy, window, quorum, places } = form.getRawValue();
  return {
    thresholds: { healthy, degraded, unhealthy, ...(counted === 'window' && { window }) },
    quorum: quorum === 'atLeast' ? { mode: quorum, count: places } : { mode: quorum },
  };
}

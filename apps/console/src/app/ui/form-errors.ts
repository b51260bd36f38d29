import { ChangeDetectionStrategy, Component, input } from '@angular/core';
import { FormControl, type AbstractControl, type FormGroup } from '@angular/forms';

/** What a form needs of a refusal. */
interface Refusal {
  message: string;
  fields?: readonly { path: string; message: string }[];
}

/** Puts the sentences of a refusal to their fields (`password`, `contacts.0.email`). Returns the sentence that has no field. */
export function showRefusal(form: FormGroup, error: unknown): string | undefined {
  const { message, fields = [] } = error instanceof Error ? (error as Refusal) : { message: String(error) };
  const homeless = fields.filter(({ path, message }) => {
    const control = form.get(path.replace(/^input\./, ''));
    // Groups and lists of fields have no place of their own to show it.
    if (!(control instanceof FormControl)) return true;
    control.setErrors({ told: message });
    control.markAsTouched();
    return false;
  });
  if (fields.length === 0) return message;
  return homeless.length > 0 ? homeless.map(({ path, message }) => `${path}: ${message}`).join(' ') : undefined;
}

/** The sentence for a field that is not right. */
export function errorSentence({ errors }: AbstractControl): string {
  if (!errors) return '';
  if (typeof errors['told'] === 'string') return errors['told'];
  if (errors['required']) return 'Fill this in.';
  if (errors['email']) return 'This is not a mail address.';
  if (errors['min']) return `At least ${(errors['min'] as { min: number }).min}.`;
  if (errors['max']) return `At most ${(errors['max'] as { max: number }).max}.`;
  if (errors['minlength'])
    return `At least ${(errors['minlength'] as { requiredLength: number }).requiredLength} characters.`;
  return 'This is not right.';
}

/** Inside `<mat-error>`. */
@Component({
  selector: 'cs-error-sentence',
  changeDetection: ChangeDetectionStrategy.Eager,
  template: `{{ sentence() }}`,
})
export class ErrorSentence {
  readonly of = input.required<AbstractControl>();

  // Controls are no signals: read at every check.
  protected sentence(): string {
    return errorSentence(this.of());
  }
}

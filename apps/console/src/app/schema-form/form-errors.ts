// Errors of a form as a whole: the schema's own, and those of the hub, brought to their controls.
import { everyField, fieldAt, type AnyField } from './field.js';

/** Shows what is wrong by the schema, and forgets what the hub said before; true when nothing is. */
export function check(form: AnyField): boolean {
  const fields = everyField(form);
  for (const field of fields) {
    field.touched.set(true);
    field.refusal.set('');
  }
  return fields.every((field) => field.complaint() === '');
}

/** Puts the hub's sentences to their controls, or to the nearest thing around them. */
export function refuse(form: AnyField, problems: readonly { path: string; message: string }[]): void {
  for (const { path, message } of problems) {
    const field = fieldAt(form, path === '' ? [] : path.split('.'));
    field.refusal.set(field.refusal() ? `${field.refusal()} ${message}` : message);
  }
}

/** The first control with an error, in reading order: those within before the group around them. */
export function firstError(form: AnyField): AnyField | undefined {
  for (const child of form.children()) {
    const found = firstError(child);
    if (found) return found;
  }
  return form.error() ? form : undefined;
}

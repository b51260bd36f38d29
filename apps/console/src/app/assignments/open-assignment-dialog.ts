import type { MatDialog } from '@angular/material/dialog';
import type { Assignment, Named } from '@checkstack/api';
import { firstValueFrom } from 'rxjs';

/** What is attached: an assignment to change, or one or both ends of a new one. */
export interface AssignmentQuestion {
  assignment?: Assignment;
  system?: Named;
  check?: Named;
}

/** Attaches a check to a system, or changes how it is attached. Undefined when it was left. */
export async function openAssignmentDialog(
  dialog: MatDialog,
  question: AssignmentQuestion,
): Promise<Assignment | undefined> {
  const { AssignmentDialog } = await import('./assignment-dialog.js');
  const opened = dialog.open<InstanceType<typeof AssignmentDialog>, AssignmentQuestion, Assignment>(AssignmentDialog, {
    data: question,
    width: '520px',
    maxWidth: 'calc(100vw - 24px)',
  });
  return firstValueFrom(opened.afterClosed());
}

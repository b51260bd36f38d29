import type { MatDialog } from '@angular/material/dialog';
import type { Incident, IncidentDraft } from '@checkstack/api';
import { firstValueFrom } from 'rxjs';

/** One to change, or what a new one begins with. */
export type IncidentQuestion = { incident: Incident } | { draft: IncidentDraft | null };

/** Opens an incident, or changes one. Undefined when it was left. */
export async function openIncidentDialog(dialog: MatDialog, question: IncidentQuestion): Promise<Incident | undefined> {
  const { IncidentDialog } = await import('./incident-dialog.js');
  const opened = dialog.open<InstanceType<typeof IncidentDialog>, IncidentQuestion, Incident>(IncidentDialog, {
    data: question,
    width: '680px',
    maxWidth: 'calc(100vw - 24px)',
  });
  return firstValueFrom(opened.afterClosed());
}

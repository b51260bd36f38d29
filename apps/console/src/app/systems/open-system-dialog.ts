import type { MatDialog } from '@angular/material/dialog';
import type { System } from '@checkstack/api';
import { firstValueFrom } from 'rxjs';

/** Edits a system, or makes a new one. Undefined when it was left. */
export async function openSystemDialog(dialog: MatDialog, system?: System): Promise<System | undefined> {
  const { SystemDialog } = await import('./system-dialog.js');
  const opened = dialog.open<InstanceType<typeof SystemDialog>, System | undefined, System>(SystemDialog, {
    data: system,
    width: '620px',
    maxWidth: 'calc(100vw - 24px)',
  });
  return firstValueFrom(opened.afterClosed());
}

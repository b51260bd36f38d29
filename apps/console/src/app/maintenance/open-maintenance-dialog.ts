import type { MatDialog } from '@angular/material/dialog';
import type { Maintenance, MaintenanceSeries, Named } from '@checkstack/api';
import { firstValueFrom } from 'rxjs';
import type { MaintenanceDialog } from './maintenance-dialog.js';

export type MaintenanceQuestion =
  | { maintenance: Maintenance }
  | { series: MaintenanceSeries }
  /** A new one, of these perhaps. */
  | { systems?: readonly Named[] };

/** What was saved; undefined when nothing was. */
export async function openMaintenanceDialog(
  dialog: MatDialog,
  question: MaintenanceQuestion,
): Promise<Maintenance | MaintenanceSeries | undefined> {
  const { MaintenanceDialog: component } = await import('./maintenance-dialog.js');
  const opened = dialog.open<MaintenanceDialog, MaintenanceQuestion, Maintenance | MaintenanceSeries>(component, {
    data: question,
    width: '640px',
    maxWidth: 'calc(100vw - 24px)',
  });
  return firstValueFrom(opened.afterClosed());
}

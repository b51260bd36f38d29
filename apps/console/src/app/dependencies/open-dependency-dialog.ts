import type { MatDialog } from '@angular/material/dialog';
import type { Dependency, Named } from '@checkstack/api';
import { firstValueFrom } from 'rxjs';

/** A dependency to change, or one end of a new one: the other is chosen. */
export type DependencyQuestion = { dependency: Dependency } | { downstream: Named } | { upstream: Named };

/** Makes one system depend on another, or changes how it does. Undefined when it was left. */
export async function openDependencyDialog(
  dialog: MatDialog,
  question: DependencyQuestion,
): Promise<Dependency | undefined> {
  const { DependencyDialog } = await import('./dependency-dialog.js');
  const opened = dialog.open<InstanceType<typeof DependencyDialog>, DependencyQuestion, Dependency>(DependencyDialog, {
    data: question,
    width: '560px',
    maxWidth: 'calc(100vw - 24px)',
  });
  return firstValueFrom(opened.afterClosed());
}

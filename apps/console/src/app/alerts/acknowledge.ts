import { routes, type Alert } from '@checkstack/api';
import type { Api } from '../api/api.js';
import type { Toasts } from '../ui/toasts.js';

/** The alert as it is then; whoever was faster keeps it. */
export async function acknowledge(api: Api, toasts: Toasts, id: string): Promise<Alert | undefined> {
  try {
    const alert = await api.call(routes.alerts.acknowledge, { params: { id } });
    toasts.done(`${alert.acknowledgedBy ?? 'You'} looks after ${alert.system.name}: reminders and escalation stop.`);
    return alert;
  } catch (error) {
    toasts.failed(error);
    return undefined;
  }
}

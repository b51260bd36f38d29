import { Foundation0000000000001 } from './1-foundation.js';
import { Roles0000000000002 } from './2-roles.js';
import { Placement0000000000003 } from './3-placement.js';
import { History0000000000004 } from './4-history.js';
import { ConfirmRuns0000000000005 } from './5-confirm-runs.js';
import { SatelliteInsight0000000000006 } from './6-satellite-insight.js';
import { States0000000000007 } from './7-states.js';
import { Dependencies0000000000008 } from './8-dependencies.js';
import { Incidents0000000000009 } from './9-incidents.js';
import { Maintenance0000000000010 } from './10-maintenance.js';
import { Notifications0000000000011 } from './11-notifications.js';
import { Deliveries0000000000012 } from './12-deliveries.js';

/** In the order in which they run. */
export const migrations = [
  Foundation0000000000001,
  Roles0000000000002,
  Placement0000000000003,
  History0000000000004,
  ConfirmRuns0000000000005,
  SatelliteInsight0000000000006,
  States0000000000007,
  Dependencies0000000000008,
  Incidents0000000000009,
  Maintenance0000000000010,
  Notifications0000000000011,
  Deliveries0000000000012,
];

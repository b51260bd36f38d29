// A satellite somewhere else: the bundled file in a folder of its own.
import { join } from 'node:path';
import { routes } from '@checkstack/api';
import { checkout } from './checkout.js';
import type { Client } from './client.js';
import type { Home } from './hub.js';
import { onlineLocation } from './results.js';
import { Program } from './program.js';

export interface EnrolledSatellite {
  id: string;
  token: string;
  locationId: string;
  /** Starts it; again after the one before has ended. */
  start(settings: { hubUrl: string; token?: string }): Program;
}

/** In a new location of the same name; what it keeps is in the home's data folder. */
export async function enrolSatellite(client: Client, name: string, home: Home): Promise<EnrolledSatellite> {
  const enrolment = await client.call(routes.satellites.enrol, { body: { name, location: { name } } });
  return {
    id: enrolment.satellite.id,
    token: enrolment.token,
    locationId: enrolment.satellite.location.id,
    start: ({ hubUrl, token = enrolment.token }) =>
      new Program('node', [join(checkout, 'apps/satellite/dist/satellite.mjs')], {
        cwd: home.dataDir,
        env: {
          CHECKSTACK_HUB_URL: hubUrl,
          CHECKSTACK_TOKEN: token,
          CHECKSTACK_DATA_DIR: join(home.dataDir, 'elsewhere', name),
        },
      }),
  };
}

/** Enrols a satellite in a new location of the same name and starts it; answers the location's id once it is online. */
export async function startSatellite(
  client: Client,
  name: string,
  { home, hubUrl = home.url }: { home: Home; hubUrl?: string },
): Promise<string> {
  (await enrolSatellite(client, name, home)).start({ hubUrl });
  return onlineLocation(client, name);
}

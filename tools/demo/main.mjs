// The demo beside the hub: targets, three satellites, and the catalog that joins them. Ends when the hub's process ends.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { root } from '../workspace.mjs';
import { HubClient } from './hub-client.mjs';
import { locations } from './landscape.mjs';
import { provision } from './provision.mjs';
import { demoAddress, readState, writeState } from './state.mjs';
import { startTargets } from './targets.mjs';

process.once('disconnect', () => process.exit());

try {
  await runDemo();
} catch (error) {
  console.error(`The demo cannot go on: ${error.message} (To begin anew, delete ${process.env.CHECKSTACK_DATA_DIR}.)`);
}

async function runDemo() {
  const state = readState();
  state.ports = await startTargets(state.ports);
  const hub = new HubClient(demoAddress());
  await hub.isReady();
  await hub.signIn(state.email, state.password);
  try {
    await provision(hub, state.ports, state.tokens);
  } finally {
    writeState(state);
  }
  for (const location of locations) startSatellite(location, state.tokens[location]);
  console.log(`The demo is ready: sign in as ${state.email} with the password ${state.password}`);
}

/** Its standard input ends with this process, and with that the satellite ends. */
function startSatellite(location, token) {
  spawn(process.execPath, [join(root, 'apps/satellite/dist/satellite.mjs')], {
    stdio: ['pipe', 'ignore', 'inherit'],
    env: {
      PATH: process.env.PATH,
      CHECKSTACK_HUB_URL: demoAddress(),
      CHECKSTACK_TOKEN: token,
      CHECKSTACK_DATA_DIR: join(process.env.CHECKSTACK_DATA_DIR, 'satellites', location.toLowerCase()),
      CHECKSTACK_PARENT: 'stdin',
    },
  });
}

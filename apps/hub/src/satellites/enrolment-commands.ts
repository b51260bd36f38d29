import type { Enrolment } from '@checkstack/api';
import type { Request } from 'express';

const loopback = /^(localhost|127(\.\d+){3}|\[::1\])$/;
const plainHost = /^[\w.-]+(:\d{1,5})?$|^\[[\da-f:.]+\](:\d{1,5})?$/i;

/** Where another machine finds this hub: its base address, or, when that was never set, the one this browser uses. */
export function reachableUrl(baseUrl: string, request: Pick<Request, 'headers' | 'protocol'>): string {
  const { host } = request.headers;
  if (!loopback.test(new URL(baseUrl).hostname) || host === undefined || !plainHost.test(host)) return baseUrl;
  return `${request.protocol}://${host}`;
}

/** What a person pastes where the satellite is to run. */
export function enrolmentCommands(hubUrl: string, token: string, bundleHash: string): Enrolment['commands'] {
  return [
    {
      title: 'Linux and macOS',
      hint: 'Needs Node 20.19 or newer and nothing else. Fetches the satellite from this hub, checks its SHA-256, and runs it in the folder checkstack-satellite until Ctrl-C.',
      command: [
        'mkdir -p checkstack-satellite && cd checkstack-satellite &&',
        `(umask 077; printf '%s' ${quoted(token)} > token) &&`,
        `node --input-type=module -e ${quoted(fetchProgram(hubUrl, bundleHash))} &&`,
        `UV_THREADPOOL_SIZE=16 CHECKSTACK_HUB_URL=${quoted(hubUrl)} CHECKSTACK_TOKEN_FILE=token CHECKSTACK_DATA_DIR=data node satellite.mjs`,
      ].join('\n'),
    },
  ];
}

/** No apostrophe in it: it stands between two in the shell. */
function fetchProgram(hubUrl: string, bundleHash: string): string {
  const url = JSON.stringify(`${hubUrl}/api/satellite/satellite.mjs`);
  return `
import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
const stop = (why) => { console.error(why); process.exit(1); };
const response = await fetch(${url}).catch((error) => stop("The hub cannot be reached: " + (error.cause ?? error).message));
if (!response.ok) stop("The hub answered " + response.status + ".");
const program = Buffer.from(await response.arrayBuffer());
if (createHash("sha256").update(program).digest("hex") !== "${bundleHash}") stop("This is not the program that the hub announced: copy the command anew.");
writeFileSync("satellite.mjs", program);
`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

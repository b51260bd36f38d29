// Host names to addresses, as the satellite's own system resolves them (hosts file, search domains, mDNS).
import { lookup as systemLookup } from 'node:dns/promises';
import type { IpFamily } from '../context.js';
import { networkFailure } from '../errors.js';
import { hostFailure } from '../failures.js';
import { familyOf } from './address.js';
import { elapsedMs, orAborted, seconds, type Network, type Resolve, type ResolvedAddress } from './network.js';
import { Questions } from './questions.js';

/**
 * The system's resolver blocks one of Node's few worker threads for each question, for ten seconds and more when no name
 * server answers. libuv gives it half of them, so that files can be written meanwhile.
 */
const questionsAtOnce = Math.max(2, Math.floor((Number(process.env['UV_THREADPOOL_SIZE']) || 4) / 2));
const slow = Math.floor(questionsAtOnce / 2);
const questions = new Questions({ all: questionsAtOnce, slow, slowAfterMs: 1_000 });

const underWay = new Map<string, Promise<ResolvedAddress[]>>();

/** One question for all who ask it at the same time. */
export const resolveBySystem: Resolve = (host, family) => {
  const key = `${family} ${host}`;
  let answer = underWay.get(key);
  if (!answer) {
    answer = ask(host, family).finally(() => underWay.delete(key));
    underWay.set(key, answer);
  }
  return answer;
};

function ask(host: string, family: IpFamily): Promise<ResolvedAddress[]> {
  return questions.ask(host, async () => {
    const answers = await systemLookup(host, {
      all: true,
      verbatim: true,
      family: family === 'any' ? 0 : family === '4' ? 4 : 6,
    });
    return answers.map(({ address, family }) => ({ address, family: family === 6 ? 6 : 4 }));
  });
}

/** The addresses of a host that the policy allows, in the order to be tried. Throws ProbeFailure. */
export async function lookup(network: Network, host: string, family: IpFamily = 'any'): Promise<ResolvedAddress[]> {
  const refusal = network.policy.refuseHost(host);
  if (refusal) throw refused(host, refusal);
  const own = familyOf(host);
  const addresses = own ? literal(host, own, family) : await resolved(network, host, family);
  let reason = '';
  const allowed = addresses.filter(({ address }) => {
    const refusal = network.policy.refuseAddress(address, host);
    if (refusal) reason = refusal;
    return !refusal;
  });
  if (allowed.length > 0) return allowed;
  if (reason) throw refused(own ? host : `${host} (${addresses.map(({ address }) => address).join(', ')})`, reason);
  throw hostFailure('dns_not_found', `The name ${host} has no address${family === 'any' ? '' : ` for IPv${family}`}.`);
}

function literal(host: string, own: 4 | 6, family: IpFamily): ResolvedAddress[] {
  if (family === 'any' || family === String(own)) return [{ address: host, family: own }];
  throw hostFailure('dns_not_found', `${host} is an IPv${own} address, but the check asks for IPv${family}.`);
}

async function resolved(network: Network, host: string, family: IpFamily): Promise<ResolvedAddress[]> {
  const startedAt = performance.now();
  const late = (): Error =>
    hostFailure('dns_timeout', `The name servers did not answer for ${host} within ${seconds(network.timeoutMs)}.`);
  try {
    const addresses = await orAborted(network.abort, network.resolve(host, family), late);
    network.log(
      `${host} is ${addresses.map(({ address }) => address).join(', ')} (${Math.round(elapsedMs(startedAt))} ms)`,
    );
    return addresses;
  } catch (error) {
    throw networkFailure(error, host);
  }
}

function refused(target: string, reason: string): Error {
  return hostFailure('refused_by_policy', `The satellite may not reach ${target}: ${reason}.`);
}

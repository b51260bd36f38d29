// HTTP with an end: the whole answer within the time, or an error.
import { setTimeout as delay } from 'node:timers/promises';

/** The signal alone does not do: when a peer freezes behind the head of its answer, fetch may wait for the body for ever. */
export async function ask(url, withinMs, init = {}) {
  const whole = async () => {
    const answer = await fetch(url, { ...init, signal: AbortSignal.timeout(withinMs) });
    return { status: answer.status, ok: answer.ok, headers: answer.headers, text: await answer.text() };
  };
  const tooLate = delay(withinMs, undefined, { ref: false }).then(() => {
    throw new Error(`no whole answer within ${withinMs} ms`);
  });
  return Promise.race([whole(), tooLate]);
}

/** What a satellite tells of itself; null when it does not answer. */
export async function healthOf({ healthUrl }) {
  try {
    return JSON.parse((await ask(healthUrl, 2_000)).text);
  } catch {
    return null;
  }
}

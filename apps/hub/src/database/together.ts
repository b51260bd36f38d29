import DataLoader from 'dataloader';
import { faultOf } from './database-fault.js';

/** How long the first one waits for others. */
const gatherMs = 4;
const most = 250;

/**
 * What is asked for one by one within a few milliseconds goes to the database in one statement. `ask` answers in the order of
 * the keys. A key that the database cannot take spoils the answer for nobody else.
 */
export function together<Key, Answer>(
  ask: (keys: readonly Key[]) => Promise<readonly Answer[]>,
  atMost = most,
): (key: Key) => Promise<Answer> {
  const one = async (key: Key): Promise<Answer | Error> => {
    try {
      return (await ask([key]))[0] as Answer;
    } catch (error) {
      return error as Error;
    }
  };
  const loader = new DataLoader<Key, Answer>(
    async (keys) => {
      try {
        return await ask(keys);
      } catch (error) {
        if (keys.length === 1 || faultOf(error) !== 'data') throw error;
        return Promise.all(keys.map(one));
      }
    },
    { cache: false, maxBatchSize: atMost, batchScheduleFn: (go) => setTimeout(go, gatherMs) },
  );
  return (key) => loader.load(key);
}

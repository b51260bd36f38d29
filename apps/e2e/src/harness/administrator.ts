import { Client } from './client.js';

const email = 'ada@example.org';
const password = 'correct horse battery';

/** For a hub's environment: the administrator that it makes at its first start. */
export const administrator = { CHECKSTACK_ADMIN_EMAIL: email, CHECKSTACK_ADMIN_PASSWORD: password };

export async function signIn(address: string): Promise<Client> {
  const client = new Client(address);
  await client.signIn(email, password);
  return client;
}

// The key under all stored secrets: from the environment or the data folder, proven against the database before use.
import { randomBytes } from 'node:crypto';
import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { DataSource } from 'typeorm';
import type { Config } from '../config.js';
import { StartupError } from '../startup-error.js';
import { Cipher } from './cipher.js';

const checkPlain = 'checkstack';
const checkBinding = 'settings/encryption';

/** Throws a StartupError when the key is lost or is not the one that sealed this database's secrets. */
export async function openCipher(
  config: Config,
  dataSource: DataSource,
  warn: (line: string) => void,
): Promise<Cipher> {
  const file = join(config.dataDir, 'encryption-master-key');
  const known = await readCheck(dataSource);
  const key = config.encryptionMasterKey ?? (await readKeyFile(file));
  if (key !== undefined) {
    const cipher = new Cipher(key);
    await prove(cipher, dataSource, config.encryptionMasterKey === undefined ? `The key in ${file}` : undefined);
    return cipher;
  }
  if (known !== undefined) {
    throw new StartupError(
      `The key of this database's secrets is lost: put ${file} back, or set ENCRYPTION_MASTER_KEY to the key ${keyIdOf(known)}.`,
    );
  }
  const cipher = new Cipher(await writeKeyFile(file));
  await prove(cipher, dataSource, `The key in ${file}`);
  warn(
    `ENCRYPTION_MASTER_KEY is not set: made a key in ${file}. Back it up with the database, which is unreadable without it.`,
  );
  return cipher;
}

/** The first hub on a database leaves a sealed value; every later one must open it. */
async function prove(cipher: Cipher, dataSource: DataSource, holder = 'ENCRYPTION_MASTER_KEY'): Promise<void> {
  await dataSource.query(`INSERT INTO settings (key, value) VALUES ('encryption', $1) ON CONFLICT DO NOTHING`, [
    JSON.stringify({ check: cipher.seal(checkPlain, checkBinding) }),
  ]);
  const sealed = (await readCheck(dataSource)) ?? '';
  try {
    cipher.open(sealed, checkBinding);
  } catch (error) {
    throw new StartupError(
      `${holder} is not the key that this database's secrets are sealed with: its id is ${cipher.keyId}, the key ${keyIdOf(sealed)} is needed.`,
      { cause: error },
    );
  }
}

async function readCheck(dataSource: DataSource): Promise<string | undefined> {
  const [row] = await dataSource.query<{ value: { check: string } }[]>(
    `SELECT value FROM settings WHERE key = 'encryption'`,
  );
  return row?.value.check;
}

function keyIdOf(sealed: string): string {
  return sealed.split('.', 1)[0] ?? '';
}

async function readKeyFile(file: string): Promise<string | undefined> {
  let text: string;
  try {
    text = (await readFile(file, 'utf8')).trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new StartupError(`${file} cannot be read (${(error as Error).message}).`, { cause: error });
  }
  if (!/^[0-9a-f]{64}$/i.test(text)) throw new StartupError(`${file} must hold 64 hexadecimal digits.`);
  return text;
}

/** On the disk before the first secret is sealed with it. */
async function writeKeyFile(file: string): Promise<string> {
  const key = randomBytes(32).toString('hex');
  const draft = `${file}.new`;
  try {
    await mkdir(dirname(file), { recursive: true });
    await using handle = await open(draft, 'w', 0o600);
    await handle.chmod(0o600);
    await handle.writeFile(`${key}\n`);
    await handle.sync();
    await rename(draft, file);
    await using folder = await open(dirname(file), 'r');
    await folder.sync();
  } catch (error) {
    throw new StartupError(`The encryption key cannot be written to ${file} (${(error as Error).message}).`, {
      cause: error,
    });
  }
  return key;
}

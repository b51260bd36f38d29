import { defineLogin } from '@checkstack/plugin-sdk';
import { hash, verify } from '@node-rs/argon2';
import * as z from 'zod';

/** OWASP's password storage cheat sheet: Argon2id, the library's default, with 19 MiB, two passes and one lane. */
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** A credential that no password opens, made with the same cost: an unknown user takes as long as a wrong password. */
const nobody = '$argon2id$v=19$m=19456,t=2,p=1$KjQp/uh9wwi+swNRBngOzg$9wcnNecvlV28+MMh/Pi5HQM1waqS6SqR3ZtC4WTD/aU';

const commonWords = new Set(
  (
    'abcdefghij abc123 access admin administrator baseball changeme changeit checkstack computer default dragon ' +
    'football guest hello hunter iloveyou letmein login master michael monkey monitoring mustang passw0rd password ' +
    'princess qwerty qwertyuiop qwertz qazwsx qazwsxedc root secret shadow starwars sunshine superman superuser ' +
    'test trustno1 user welcome whatever zaqwsx zxcvbn zxcvbnm'
  ).split(' '),
);
const minDistinctCharacters = 5;

const password = z
  .string()
  .min(10, 'must have at least 10 characters')
  .max(256, 'must have at most 256 characters')
  .refine((text) => new Set(text).size >= minDistinctCharacters, 'must have more different characters')
  .refine((text) => !isCommon(text), 'is one of the passwords that attackers try first');

export const passwordLogin = defineLogin({
  id: 'password',
  title: 'Password',
  description: 'Sign in with mail address and password.',
  form: z.strictObject({
    email: z.string().trim().min(1).max(254).meta({ title: 'Mail address' }),
    password: z.string().min(1).max(256).meta({ title: 'Password', secret: true }),
  }),
  async signIn({ email, password }, host) {
    const found = await host.findCredential(email);
    const isRight = await verify(found?.credential ?? nobody, password);
    return found && isRight ? { userId: found.userId } : null;
  },
  async createCredential(text) {
    return hash(password.parse(text), cost);
  },
});

/** A common word with digits or signs around it, a run along the keyboard or alphabet, or such a thing twice. */
function isCommon(text: string): boolean {
  const lower = text.toLowerCase();
  const word = lower.replace(/^[^a-z]+|[^a-z]+$/g, '');
  const half = word.slice(0, word.length / 2);
  if (word === '') return isRun(lower);
  return commonWords.has(word) || (word === half + half && commonWords.has(half)) || isRun(lower);
}

const runs = [
  '01234567890123456789',
  'abcdefghijklmnopqrstuvwxyz',
  'qwertyuiopasdfghjklzxcvbnm',
  '1qaz2wsx3edc4rfv5tgb6yhn7ujm',
];

function isRun(text: string): boolean {
  return runs.some((run) => run.includes(text) || [...run].reverse().join('').includes(text));
}

// Secrets never leave a run: not in its log, its failure, its facts or what an assertion says.

export type Mask = (text: string) => string;

const hidden = '***';
const minLength = 3;
/** A shorter secret has too few whole base64 characters in the middle of another text to be told from chance. */
const minEncodedLength = 6;
const minLineLength = 16;

/** Replaces the secrets in a text, however they are encoded there: raw, JSON, URL, base64. */
export function maskFor(secrets: Iterable<string>): Mask {
  const spellings = new Set<string>();
  for (const secret of secrets) {
    if (secret.length < minLength) continue;
    for (const spelling of spellingsOf(secret)) spellings.add(spelling);
    // A key or certificate can be quoted line by line.
    for (const line of secret.split(/\r?\n/)) if (line.length >= minLineLength) spellings.add(line);
  }
  if (spellings.size === 0) return (text) => text;
  const longestFirst = [...spellings].sort((one, other) => other.length - one.length);
  const pattern = new RegExp(longestFirst.map((text) => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')).join('|'), 'g');
  return (text) => text.replace(pattern, hidden);
}

function spellingsOf(secret: string): string[] {
  const wellFormed = secret.replace(/\p{Surrogate}/gu, '\ufffd');
  const spellings = [
    secret,
    JSON.stringify(secret).slice(1, -1),
    encodeURIComponent(wellFormed),
    encodeURI(wellFormed),
    new URLSearchParams({ '': secret }).toString().slice(1),
  ];
  if (secret.length >= minEncodedLength) spellings.push(...base64Spellings(secret));
  return spellings;
}

/** As a part of a longer text (`user:password`), a secret starts at any of three places of a base64 group. */
function base64Spellings(secret: string): string[] {
  return [0, 1, 2].flatMap((offset) => {
    const bytes = Buffer.concat([Buffer.alloc(offset), Buffer.from(secret)]);
    const first = Math.ceil((offset * 8) / 6);
    const whole = Math.floor((bytes.length * 8) / 6);
    const plain = bytes.toString('base64').slice(first, whole);
    return [plain, plain.replaceAll('+', '-').replaceAll('/', '_')];
  });
}

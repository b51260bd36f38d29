import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';

const nonceBytes = 12;
const tagBytes = 16;

/** A sealed text that this key does not open: another key, another row, or tampered with. */
export class SealError extends Error {
  override readonly name = 'SealError';
}

/** AES-256-GCM under one master key. A sealed text is `<key id>.<base64url of nonce, ciphertext and tag>`. */
export class Cipher {
  /** Tells keys apart and nothing about them. */
  readonly keyId: string;
  private readonly key: Buffer;
  private readonly fingerprintKey: Buffer;

  /** `masterKey` is 64 hexadecimal digits. */
  constructor(masterKey: string) {
    const derive = (purpose: string, bytes: number) =>
      Buffer.from(hkdfSync('sha256', Buffer.from(masterKey, 'hex'), '', `checkstack ${purpose}`, bytes));
    this.key = derive('secrets', 32);
    this.fingerprintKey = derive('fingerprints', 32);
    this.keyId = derive('key id', 4).toString('hex');
  }

  /** `binding` names the place where the sealed text will stand; it opens nowhere else. */
  seal(plain: string, binding: string): string {
    const nonce = randomBytes(nonceBytes);
    const cipher = createCipheriv('aes-256-gcm', this.key, nonce).setAAD(Buffer.from(binding));
    const sealed = Buffer.concat([nonce, cipher.update(plain, 'utf8'), cipher.final(), cipher.getAuthTag()]);
    return `${this.keyId}.${sealed.toString('base64url')}`;
  }

  /** Equal for equal texts; who lacks the key cannot try texts against it. */
  fingerprint(text: string): string {
    return createHmac('sha256', this.fingerprintKey).update(text).digest('base64url');
  }

  /** Throws a SealError. */
  open(sealed: string, binding: string): string {
    const [keyId, text = ''] = sealed.split('.', 2);
    if (keyId !== this.keyId) throw new SealError(`This is sealed with the key ${keyId}, not with ${this.keyId}.`);
    const bytes = Buffer.from(text, 'base64url');
    try {
      const decipher = createDecipheriv('aes-256-gcm', this.key, bytes.subarray(0, nonceBytes), {
        authTagLength: tagBytes,
      });
      decipher.setAAD(Buffer.from(binding)).setAuthTag(bytes.subarray(-tagBytes));
      return decipher.update(bytes.subarray(nonceBytes, -tagBytes), undefined, 'utf8') + decipher.final('utf8');
    } catch {
      throw new SealError(`What is sealed here (${binding}) is damaged or was moved from elsewhere.`);
    }
  }
}

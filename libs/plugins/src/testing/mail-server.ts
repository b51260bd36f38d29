// A real SMTP server (RFC 5321, STARTTLS by RFC 3207, AUTH by RFC 4954), from the package smtp-server.
import type { AddressInfo } from 'node:net';
import { makeAuthority } from '@checkstack/plugin-sdk/testing';
import { SMTPServer } from 'smtp-server';

export interface ReceivedMail {
  from: string;
  to: string[];
  /** The whole message, headers and body. */
  raw: string;
  user: string | undefined;
  /** Whether it came over TLS. */
  secure: boolean;
}

export interface MailServerOptions {
  /** From the start; otherwise by STARTTLS. */
  tls?: boolean;
  /** Offers no STARTTLS. */
  plain?: boolean;
  user?: string;
  password?: string;
  /** What RCPT TO answers for an address: a code and a text; undefined takes it. */
  refuse?: (address: string) => { code: number; text: string } | undefined;
  /** What the end of DATA answers. */
  refuseData?: { code: number; text: string };
}

export class MailServer implements AsyncDisposable {
  private constructor(
    private readonly server: SMTPServer,
    /** Oldest first. */
    readonly received: ReceivedMail[],
    readonly port: number,
    /** PEM of who signed its certificate, for `localhost` and 127.0.0.1. */
    readonly ca: string,
  ) {}

  static async start(options: MailServerOptions = {}): Promise<MailServer> {
    const authority = makeAuthority();
    const { certificate, key } = authority.issue();
    const { user, password, refuse, refuseData } = options;
    const received: ReceivedMail[] = [];
    const server = new SMTPServer({
      secure: options.tls ?? false,
      cert: certificate,
      key,
      hideSTARTTLS: options.plain ?? false,
      disabledCommands: [...(user === undefined ? ['AUTH'] : []), ...(options.plain ? ['STARTTLS'] : [])],
      allowInsecureAuth: false,
      authOptional: user === undefined,
      logger: false,
      disableReverseLookup: true,
      onAuth(auth, _session, done) {
        const isRight = auth.username === user && auth.password === password;
        done(isRight ? null : errorOf(535, '5.7.8 Authentication credentials invalid'), { user: auth.username ?? '' });
      },
      onRcptTo({ address }, _session, done) {
        const refusal = refuse?.(address);
        done(refusal ? errorOf(refusal.code, refusal.text) : null);
      },
      onData(stream, session, done) {
        let raw = '';
        stream.on('data', (chunk: Buffer) => (raw += chunk.toString()));
        stream.on('end', () => {
          if (refuseData) return done(errorOf(refuseData.code, refuseData.text));
          const { mailFrom, rcptTo } = session.envelope;
          received.push({
            from: mailFrom === false ? '' : mailFrom.address,
            to: rcptTo.map(({ address }) => address),
            raw,
            user: typeof session.user === 'string' ? session.user : undefined,
            secure: session.secure,
          });
          done(null);
        });
      },
    });
    server.on('error', () => {});
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new MailServer(server, received, (server.server.address() as AddressInfo).port, authority.certificate);
  }

  get last(): ReceivedMail {
    const last = this.received.at(-1);
    if (!last) throw new Error('No mail arrived.');
    return last;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }
}

function errorOf(responseCode: number, text: string): Error {
  return Object.assign(new Error(text), { responseCode });
}

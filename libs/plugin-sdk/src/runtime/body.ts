// A response body: decompressed, bounded and decoded.
import type { ClientRequest, IncomingMessage } from 'node:http';
import { pipeline, Transform, type Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate, createInflateRaw } from 'node:zlib';
import { hostFailure } from '../failures.js';
import type { ProbeFailure } from '../verdict.js';
import { seconds, type Network } from './network.js';

export interface Body {
  text: string;
  /** As many as were read. */
  bytes: number;
  truncated: boolean;
}

/** Reads until the end or until the limit of decompressed bytes. Throws ProbeFailure. */
export function readBody(
  network: Network,
  host: string,
  { outgoing, message }: { outgoing: ClientRequest; message: IncomingMessage },
  maxBytes: number,
): Promise<Body> {
  const { abort } = network;
  return new Promise((resolve, reject) => {
    const source = decompressed(message);
    const chunks: Buffer[] = [];
    let bytes = 0;

    const end = (): void => {
      abort.unlisten(onAbort);
      source.off('data', onData);
      source.off('close', onClose);
      outgoing.off('error', onError);
      source.on('error', () => {});
      if (!source.destroyed) source.destroy();
    };
    const finish = (truncated: boolean): void => {
      end();
      resolve({ text: decode(Buffer.concat(chunks), message.headers['content-type']), bytes, truncated });
    };
    const fail = (failure: ProbeFailure): void => {
      end();
      reject(failure);
    };
    const onAbort = (): void =>
      fail(
        hostFailure(
          'body_timeout',
          `${host} did not end its response body within ${seconds(network.timeoutMs)}; ${bytes} bytes arrived.`,
        ),
      );
    const onError = (error: Error): void => fail(bodyFailure(error, host, bytes));
    const onClose = (): void => fail(bodyFailure(undefined, host, bytes));
    const onData = (chunk: Buffer): void => {
      const room = maxBytes - bytes;
      const kept = chunk.length > room ? chunk.subarray(0, room) : chunk;
      chunks.push(kept);
      bytes += kept.length;
      if (chunk.length > room) finish(true);
    };
    source.on('data', onData);
    source.once('end', () => finish(false));
    source.once('error', onError);
    // Node tells a broken framing of the body to the request only.
    outgoing.once('error', onError);
    source.once('close', onClose);
    abort.listen(onAbort);
    if (abort.isAborted) onAbort();
  });
}

function decompressed(message: IncomingMessage): Readable {
  const decoder = decoderFor(message.headers['content-encoding']?.toLowerCase().trim());
  return decoder ? pipeline(message, new Decompression(decoder), () => {}) : message;
}

type Decoder = (firstByte: number) => Transform;

function decoderFor(encoding: string | undefined): Decoder | undefined {
  switch (encoding) {
    case 'gzip':
    case 'x-gzip':
      return () => createGunzip();
    case 'br':
      return () => createBrotliDecompress();
    case 'deflate':
      // It means zlib (RFC 9110 §8.4.1.2), but some servers send it without zlib's header.
      return (firstByte) => ((firstByte & 0x0f) === 8 ? createInflate() : createInflateRaw());
    default:
      return undefined;
  }
}

/** Begins with the first byte: after HEAD, and with 304, there is a content encoding but no body. */
class Decompression extends Transform {
  private inner: Transform | undefined;

  constructor(private readonly decoder: Decoder) {
    super();
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    if (!this.inner) {
      this.inner = this.decoder(chunk[0]!);
      this.inner.on('data', (data: Buffer) => this.push(data));
      this.inner.on('error', (error) => this.destroy(error));
    }
    this.inner.write(chunk, done);
  }

  override _flush(done: (error?: Error | null) => void): void {
    if (!this.inner) return done();
    this.inner.once('end', done);
    this.inner.end();
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.inner?.destroy();
    done(error);
  }
}

function bodyFailure(error: NodeJS.ErrnoException | undefined, host: string, bytes: number): ProbeFailure {
  const options = error ? { cause: error } : {};
  if (error?.code?.startsWith('Z_') || error?.code?.startsWith('ERR_BROTLI') || error?.code?.startsWith('ERR__ERROR')) {
    return hostFailure(
      'bad_response',
      `${host} sent a compressed body that cannot be read: ${error.message}.`,
      options,
    );
  }
  if (error?.code?.startsWith('HPE_')) {
    return hostFailure('bad_response', `${host} sent a body that is not valid HTTP/1.1: ${error.message}.`, options);
  }
  return hostFailure('connection_closed', `${host} closed the connection after ${bytes} bytes of the body.`, options);
}

/** By the charset of the content type; UTF-8 without one, or with one that is unknown. */
function decode(body: Buffer, contentType: string | undefined): string {
  const charset = /charset\s*=\s*"?([^\s;"]+)/i.exec(contentType ?? '')?.[1]?.toLowerCase();
  if (charset === undefined || charset === 'utf-8' || charset === 'utf8') return body.toString('utf8');
  try {
    return new TextDecoder(charset).decode(body);
  } catch {
    return body.toString('utf8');
  }
}

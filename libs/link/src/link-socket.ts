// One open link, from either side: frames in, frames out, and always an end with a cause.
import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';
import {
  isHubFrame,
  isSatelliteFrame,
  type Goodbye,
  type HubFrame,
  type LinkFrame,
  type SatelliteFrame,
  type SpooledBatch,
} from './frame.js';
import { decodeFrame, decodeIntake, encodeFrame, FrameError } from './frames.js';
import type { IntakeBatch, IntakeFrame } from './intake.js';
import { maxPayloadBytes } from './limits.js';

export interface LinkSocketOptions {
  /** How often the peer is pinged. One that falls silent is given up within two of them. */
  pingIntervalMs?: number;
  /** How long the peer may take for its first frame (Hello, Welcome). */
  firstFrameWithinMs?: number;
  /** `send` answers false from so much unsent data on. */
  highWaterBytes?: number;
  /** How long a goodbye may take before the connection is cut. */
  closeWithinMs?: number;
  /** Called at the first frame of a kind that only a newer release knows; each of them is skipped. */
  onSkipped?: () => void;
}

export type EndCause =
  /** This side closed it. */
  | 'closed_here'
  /** The peer said why: see `goodbye`. */
  | 'goodbye'
  /** The connection broke, or the peer left without a word. */
  | 'lost'
  /** The peer did not answer in time. */
  | 'silent'
  /** The peer broke the rules of the wire. */
  | 'protocol_error'
  /** This side's frame handler threw: see `error`. */
  | 'handler_failed';

export interface LinkEnd {
  cause: EndCause;
  /** One line for the log. */
  message: string;
  /** What the peer said on leaving. */
  goodbye: Goodbye | null;
  error: Error | null;
}

/** A satellite's end as the hub holds it. */
export type HubLink = LinkSocket<SatelliteFrame, HubFrame>;
/** The same for a hub that takes in many batches. */
export type IntakeLink = LinkSocket<IntakeFrame, HubFrame>;
/** The hub's end as a satellite holds it. */
export type SatelliteLink = LinkSocket<HubFrame, SatelliteFrame | SpooledBatch>;

/** Wraps what the hub's WebSocketServer accepted; `transport` is the request's socket. */
export function hubLink(socket: WebSocket, transport: Socket, options: LinkSocketOptions = {}): HubLink {
  const side = { decode: decodeFrame, takes: isSatelliteFrame, first: 'hello' as const, longestSent: fromHub };
  return new LinkSocket<SatelliteFrame, HubFrame>(side, socket, transport, options);
}

/** As hubLink, with batches as a hub takes them in. */
export function intakeLink(socket: WebSocket, transport: Socket, options: LinkSocketOptions = {}): IntakeLink {
  const takes = (frame: AnyFrame): frame is IntakeFrame => isSatelliteFrame(frame as LinkFrame);
  const side = { decode: decodeIntake, takes, first: 'hello' as const, longestSent: fromHub };
  return new LinkSocket<IntakeFrame, HubFrame>(side, socket, transport, options);
}

/** Wraps what a satellite dialled; use `dialLink`. */
export function satelliteLink(socket: WebSocket, transport: Socket, options: LinkSocketOptions = {}): SatelliteLink {
  const side = { decode: decodeFrame, takes: isHubFrame, first: 'welcome' as const, longestSent: fromSatellite };
  return new LinkSocket<HubFrame, SatelliteFrame | SpooledBatch>(side, socket, transport, options);
}

type AnyFrame = LinkFrame | IntakeBatch;

interface Side<Incoming extends AnyFrame> {
  /** null: of a kind that only a newer release knows. */
  decode(bytes: Uint8Array): AnyFrame | null;
  takes(frame: AnyFrame): frame is Incoming;
  first: Incoming['kind'];
  /** Bytes. The peer closes the link on a longer message. */
  longestSent: number;
}

const { fromHub, fromSatellite } = maxPayloadBytes;

/** Two of them, and with them the notice of a half-open connection, end well before two heartbeats have. */
const pingIntervalMs = 8_000;

/** Frames that a handler sees are decoded, of the right direction and in the right place; others end the link. */
export class LinkSocket<
  Incoming extends AnyFrame,
  Outgoing extends LinkFrame | SpooledBatch,
> implements AsyncDisposable {
  /** Resolves once, when the connection is gone. Never rejects. */
  readonly ended: Promise<LinkEnd>;

  private readonly options: Required<LinkSocketOptions>;
  private end: LinkEnd | null = null;
  private handler: ((frame: Incoming) => void) | null = null;
  private isGreeted = false;
  private hasSkipped = false;
  private waitingForDrain: (() => void)[] = [];
  private pinging: NodeJS.Timeout | undefined;
  private deadline: NodeJS.Timeout | undefined;
  private lastTraffic = { bytesRead: 0, bufferedBytes: 0 };

  constructor(
    private readonly side: Side<Incoming>,
    private readonly socket: WebSocket,
    private readonly transport: Pick<Socket, 'bytesRead'>,
    options: LinkSocketOptions,
  ) {
    this.options = {
      pingIntervalMs,
      firstFrameWithinMs: 15_000,
      highWaterBytes: 1_048_576,
      closeWithinMs: 3_000,
      onSkipped: () => undefined,
      ...options,
    };
    // Nothing is read, and so nothing is missed, until there is a handler.
    socket.pause();
    socket.on('message', (data: Buffer, isBinary) => this.receive(data, isBinary));
    socket.on('error', (error: Error & { code?: string }) => this.fail(error));
    this.ended = new Promise((resolve) => {
      socket.once('close', (code) => {
        clearInterval(this.pinging);
        clearTimeout(this.deadline);
        this.releaseDrainWaiters();
        resolve(this.end ?? endOf('lost', `the connection was lost (${code})`));
      });
    });
  }

  /** Unsent data. */
  get bufferedBytes(): number {
    return this.socket.bufferedAmount;
  }

  get isOpen(): boolean {
    return this.end === null && this.socket.readyState === this.socket.OPEN;
  }

  /** Starts reading. The one handler is called once per frame, in order; when it throws, the link ends. */
  onFrame(handler: (frame: Incoming) => void): void {
    if (this.handler !== null) throw new Error('A link has one frame handler.');
    this.handler = handler;
    if (!this.isOpen) return;
    this.lastTraffic = this.traffic();
    this.socket.ping();
    this.pinging = setInterval(() => this.tick(), this.options.pingIntervalMs);
    this.deadline = setTimeout(
      () => this.giveUp('the first frame did not come in time'),
      this.options.firstFrameWithinMs,
    );
    this.socket.resume();
  }

  /**
   * Queues the frame. false: enough is queued, wait for `drained` before sending more; on an ended link: dropped.
   * Throws FrameError for a frame that the peer would refuse.
   */
  send(frame: Outgoing): boolean {
    if (!this.isOpen) return false;
    this.write(frame);
    return this.socket.bufferedAmount < this.options.highWaterBytes;
  }

  /** Resolves when `send` may go on, or the link has ended. */
  async drained(): Promise<void> {
    if (!this.isOpen || this.socket.bufferedAmount < this.options.highWaterBytes) return;
    await new Promise<void>((resolve) => this.waitingForDrain.push(resolve));
  }

  /** Asks the peer for a sign of life. */
  async answers(withinMs: number): Promise<boolean> {
    if (!this.isOpen) return false;
    return new Promise((resolve) => {
      const answer = (isAlive: boolean): void => {
        clearTimeout(timer);
        this.socket.off('pong', onPong).off('close', onClose);
        resolve(isAlive);
      };
      const onPong = (): void => answer(true);
      const onClose = (): void => answer(false);
      const timer = setTimeout(onClose, withinMs);
      this.socket.on('pong', onPong).on('close', onClose);
      this.socket.ping();
    });
  }

  /** Says goodbye, closes, and resolves when the connection is gone. No frame is handled from now on. */
  async close(goodbye: Omit<Goodbye, 'kind'>): Promise<LinkEnd> {
    if (this.isOpen) this.leave(1000, endOf('closed_here', goodbye.message || goodbye.reason), goodbye);
    return this.ended;
  }

  /** Cuts the connection without a word. */
  terminate(): void {
    this.end ??= endOf('closed_here', 'cut');
    this.socket.terminate();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close({ reason: 'stopping', message: '', retryAfterMs: 0 });
  }

  private receive(data: Buffer, isBinary: boolean): void {
    if (!this.isOpen) return;
    try {
      if (!isBinary) throw new FrameError('a text message; frames are binary');
      const frame = this.side.decode(data);
      if (frame === null) return this.skip();
      if (frame.kind === 'goodbye') return this.takeLeave(frame);
      if (!this.side.takes(frame)) throw new FrameError(`${frame.kind} comes from the other side`);
      if ((frame.kind === this.side.first) === this.isGreeted) throw new FrameError(`${frame.kind} is out of place`);
      this.isGreeted = true;
      clearTimeout(this.deadline);
      this.handle(frame);
    } catch (error) {
      if (!(error instanceof FrameError)) throw error;
      const goodbye = { reason: 'protocol_error' as const, message: error.message, retryAfterMs: 0 };
      this.leave(1002, endOf('protocol_error', error.message, { error }), goodbye);
    }
  }

  /** A newer peer may say more than this side understands, and goes by what it is answered. */
  private skip(): void {
    if (!this.hasSkipped) this.options.onSkipped();
    this.hasSkipped = true;
  }

  private handle(frame: Incoming): void {
    try {
      this.handler?.(frame);
    } catch (thrown) {
      const error = thrown instanceof Error ? thrown : new Error(String(thrown));
      this.leave(1011, endOf('handler_failed', `${frame.kind} could not be handled: ${error.message}`, { error }));
    }
  }

  private takeLeave(goodbye: Goodbye): void {
    this.leave(1000, endOf('goodbye', `the peer said ${goodbye.reason}: ${goodbye.message}`, { goodbye }));
  }

  /** The WebSocket itself failed: the network, or a message that is too long or no WebSocket message at all. */
  private fail(error: Error & { code?: string }): void {
    const isPeersFault = error.code?.startsWith('WS_ERR_') === true;
    this.end ??= endOf(isPeersFault ? 'protocol_error' : 'lost', error.message, { error });
    this.cutSoon();
  }

  private leave(code: number, end: LinkEnd, goodbye?: Omit<Goodbye, 'kind'>): void {
    if (goodbye) this.write({ kind: 'goodbye', ...goodbye });
    this.end ??= end;
    this.socket.close(code, goodbye?.reason);
    // A paused socket would not see the peer's answer.
    this.socket.resume();
    this.releaseDrainWaiters();
    this.cutSoon();
  }

  /** ws has begun to close; a peer that does not play along is not waited for. */
  private cutSoon(): void {
    clearInterval(this.pinging);
    clearTimeout(this.deadline);
    this.deadline = setTimeout(() => this.socket.terminate(), this.options.closeWithinMs);
  }

  private giveUp(message: string): void {
    this.end ??= endOf('silent', message);
    this.socket.terminate();
  }

  private write(frame: LinkFrame | SpooledBatch): void {
    const bytes = encodeFrame(frame);
    if (bytes.length > this.side.longestSent) throw new FrameError(`${frame.kind}: ${bytes.length} bytes are too long`);
    this.socket.send(bytes, () => {
      if (this.socket.bufferedAmount < this.options.highWaterBytes) this.releaseDrainWaiters();
    });
  }

  private releaseDrainWaiters(): void {
    for (const resolve of this.waitingForDrain.splice(0)) resolve();
  }

  private traffic(): LinkSocket<Incoming, Outgoing>['lastTraffic'] {
    return { bytesRead: this.transport.bytesRead, bufferedBytes: this.socket.bufferedAmount };
  }

  /** Bytes count as life, not only answers: a large frame on a thin line holds the pong back. */
  private tick(): void {
    const before = this.lastTraffic;
    // After one look at the network: when this process itself stood still, the answer may lie unread.
    setImmediate(() => {
      if (!this.isOpen) return;
      const now = (this.lastTraffic = this.traffic());
      const isAlive = now.bytesRead > before.bytesRead || now.bufferedBytes < before.bufferedBytes;
      // Whose bytes are not read just now cannot be told from a silent one; the ping tells it that somebody is here.
      if (isAlive || this.socket.isPaused) this.socket.ping();
      else this.giveUp(`no answer to a ping within ${this.options.pingIntervalMs} ms`);
    });
  }
}

function endOf(cause: EndCause, message: string, rest: Partial<Pick<LinkEnd, 'goodbye' | 'error'>> = {}): LinkEnd {
  return { cause, message, goodbye: null, error: null, ...rest };
}

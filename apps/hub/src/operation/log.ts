// One structured log: JSON lines for machines, short lines for the person at a terminal.
import { AsyncLocalStorage } from 'node:async_hooks';
import type { LoggerService } from '@nestjs/common';
import { pino, type DestinationStream, type Level, type Logger } from 'pino';
import type { Config } from '../config.js';
import { StartupError } from '../startup-error.js';
import { terminalLines } from './terminal-lines.js';

/** What every line says that is written while a request is answered. */
const requestScope = new AsyncLocalStorage<{ requestId: string }>();

const secretName = /authorization|cookie|token|password|secret|key$/i;

export class Log implements LoggerService {
  /** A person is reading along, who wants to see what matters only. */
  readonly isTerminal: boolean;
  private readonly pino: Logger;

  constructor({ logLevel }: Config, output: DestinationStream & { isTTY?: boolean } = process.stdout) {
    this.isTerminal = output.isTTY === true;
    this.pino = pino(
      {
        level: logLevel,
        base: {},
        timestamp: pino.stdTimeFunctions.isoTime,
        formatters: { level: (level) => ({ level }) },
        mixin: () => requestScope.getStore() ?? {},
      },
      this.isTerminal ? terminalLines(output) : output,
    );
  }

  /** Runs `work` so that each line it writes carries the request's id. */
  within(requestId: string, work: () => void): void {
    requestScope.run({ requestId }, work);
  }

  request(level: Level, fields: object): void {
    this.pino[level]({ context: 'request', ...fields });
  }

  log(message: unknown, ...rest: unknown[]): void {
    const context = contextOf(rest);
    // Nest tells about each module and route that it finds.
    this.write(context !== undefined && nestContexts.has(context) ? 'debug' : 'info', message, context);
  }

  fatal(message: unknown, ...rest: unknown[]): void {
    this.write('fatal', message, contextOf(rest));
  }

  error(message: unknown, ...rest: unknown[]): void {
    // Nest writes down what ended the start, stack and all; main says it in one sentence.
    if (message instanceof StartupError) return;
    const [stack] = rest.length > 1 ? rest : [];
    this.write('error', typeof stack === 'string' ? `${String(message)}\n${stack}` : message, contextOf(rest));
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.write('warn', message, contextOf(rest));
  }

  debug(message: unknown, ...rest: unknown[]): void {
    this.write('debug', message, contextOf(rest));
  }

  verbose(message: unknown, ...rest: unknown[]): void {
    this.write('trace', message, contextOf(rest));
  }

  private write(level: Level, message: unknown, context: string | undefined): void {
    // Only the sentence and the stack of an error: its other fields may hold what was on the way to the database.
    const text = message instanceof Error ? (message.stack ?? message.message) : message;
    if (typeof text === 'string') this.pino[level]({ context }, text);
    else this.pino[level]({ context, details: JSON.stringify(text, hideSecret) });
  }
}

const nestContexts = new Set([
  'NestFactory',
  'NestApplication',
  'InstanceLoader',
  'RoutesResolver',
  'RouterExplorer',
  'WebSocketsController',
]);

function hideSecret(name: string, value: unknown): unknown {
  return secretName.test(name) ? '(secret)' : value;
}

/** Nest passes the context last. */
function contextOf(rest: unknown[]): string | undefined {
  const last = rest.at(-1);
  return typeof last === 'string' ? last : undefined;
}

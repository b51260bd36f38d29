import type { DestinationStream } from 'pino';

const colours: Record<string, string> = { warn: '\x1b[33m', error: '\x1b[31m', fatal: '\x1b[31m', debug: '\x1b[2m' };
const plain = '\x1b[0m';
// What a satellite or a target calls itself is text, and commands no terminal.
// eslint-disable-next-line no-control-regex -- control characters are what is looked for
const commands = /[\x00-\x08\x0b-\x1f\x7f-\x9f]/g;

interface Line {
  time: string;
  level: string;
  context?: string;
  msg?: string;
  requestId?: string;
}

/** Turns pino's JSON lines into `12:30:05 access  Something happened.` */
export function terminalLines(output: DestinationStream): DestinationStream {
  return {
    write(json: string): void {
      const { time, level, context, msg, ...details } = JSON.parse(json) as Line;
      delete details.requestId;
      const clock = new Date(time).toTimeString().slice(0, 8);
      const more = Object.keys(details).length > 0 ? ` ${JSON.stringify(details)}` : '';
      const text = `${context === undefined ? '' : `${context}: `}${msg ?? ''}${more}`.replace(commands, '�');
      output.write(`\x1b[2m${clock}${plain} ${colours[level] ?? ''}${text}${plain}\n`);
    },
  };
}

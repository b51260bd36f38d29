import type { SenderTrial } from '@checkstack/api';
import {
  renderTemplate,
  TemplateError,
  type ChannelDefinition,
  type IntegrationDefinition,
  type IntegrationEvent,
  type Message,
  type Receipt,
} from '@checkstack/plugin-sdk';
import {
  NetworkPolicy,
  sendByIntegration,
  verifyConfig,
  type AttemptOptions,
  type AttemptOutcome,
  type VerifyOutcome,
} from '@checkstack/plugin-sdk/runtime';
import { integrationOf } from '@checkstack/plugin-sdk';
import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { Config } from '../config.js';

/** One send, everything in clear. */
export interface ClearSending {
  config: object;
  /** The address of a recipient, or the options of a subscription. */
  place: object;
  /** In place of the message's own body. */
  template: string | null;
  message: Message;
  event: IntegrationEvent | null;
  previous: Receipt | null;
}

/** No send takes longer. */
export const sendTimeoutMs = 15_000;

/** Sends, and tries what people enter, within what the operator lets this hub reach. */
@Injectable()
export class Senders {
  private readonly policy: NetworkPolicy;

  constructor(private readonly config: Config) {
    this.policy = new NetworkPolicy({ guarded: true, allow: config.allowedTargets });
  }

  async send(
    kind: IntegrationDefinition,
    { config, place, template, message, event, previous }: ClearSending,
    signal?: AbortSignal,
  ): Promise<AttemptOutcome> {
    try {
      const told = template === null ? message : { ...message, body: bodyOf(template, message, event) };
      const outcome = await sendByIntegration(
        kind,
        { config, options: place, event, message: told, previous },
        this.options(signal),
      );
      return explained(outcome);
    } catch (error) {
      if (!(error instanceof TemplateError)) throw error;
      return { failure: { kind: 'permanent', code: 'bad_template', message: error.message }, durationMs: 0, log: [] };
    }
  }

  /** What a person entered, as it would go: the real error, and no secrets. */
  async try(
    kind: ChannelDefinition | IntegrationDefinition,
    what: 'verify' | 'message',
    given: { config: object; place: object; template?: string | null },
  ): Promise<SenderTrial> {
    const { config, place, template = null } = given;
    if (what === 'verify') {
      const outcome = await verifyConfig(kind, config, this.options());
      if (outcome) return trialOf(explained(outcome), outcome.sentence ?? '');
      return {
        ok: true,
        sentence: 'Only a test message tells whether it works.',
        durationMs: 0,
        answer: null,
        log: [],
      };
    }
    const integration = 'address' in kind ? integrationOf(kind) : kind;
    const sending = { config, place, template, message: this.testMessage(), event: null, previous: null };
    return trialOf(await this.send(integration, sending), 'The test message was taken.');
  }

  private options(signal?: AbortSignal): AttemptOptions {
    return { timeoutMs: sendTimeoutMs, policy: this.policy, ...(signal ? { signal } : {}) };
  }

  private testMessage(): Message {
    const id = randomUUID();
    const url = this.config.baseUrl;
    return {
      id,
      family: 'platform',
      importance: 'info',
      event: { type: 'platform', what: 'test' },
      title: 'This is a test message from Checkstack',
      body: 'It was sent **by hand** to see whether messages arrive here. They do.',
      fields: [{ label: 'Sent from', value: new URL(url).host }],
      subjects: [],
      action: { label: 'Open Checkstack', url },
      at: new Date().toISOString(),
      collapseKey: `test:${id}`,
    };
  }
}

function bodyOf(template: string, message: Message, event: IntegrationEvent | null): string {
  return renderTemplate(template, { message, event }, 'markdown');
}

/** The policy's sentence, with whom to ask. */
function explained<Outcome extends AttemptOutcome | VerifyOutcome>(outcome: Outcome): Outcome {
  if (outcome.failure?.code !== 'refused_by_policy') return outcome;
  const message = `${outcome.failure.message} Who runs the hub can allow it with CHECKSTACK_ALLOWED_TARGETS.`;
  return { ...outcome, failure: { ...outcome.failure, message } };
}

function trialOf({ failure, durationMs, answer, log }: AttemptOutcome | VerifyOutcome, good: string): SenderTrial {
  return { ok: failure === undefined, sentence: failure?.message ?? good, durationMs, answer: answer ?? null, log };
}

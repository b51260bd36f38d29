import { Injectable } from '@nestjs/common';
import type * as z from 'zod';
import { HubProblem } from '../problems.js';
import { Secrets, type StoredConfig } from '../secrets/secrets.service.js';

type Json = Record<string, unknown>;

/** What people enter for channels, destinations, integrations and their subscriptions, on its way in and out. */
@Injectable()
export class SenderConfigs {
  constructor(private readonly secrets: Secrets) {}

  /**
   * In the form that is stored at `binding`, with the kept secrets of `stored` put back. Throws a HubProblem that names
   * every wrong field below `path`. Without a schema there is nothing to enter.
   */
  enter(
    schema: z.ZodObject | null,
    config: Json,
    { stored, binding, path }: { stored: StoredConfig | null; binding: string; path: string },
  ): Json {
    if (schema === null) return {};
    const complete = this.complete(schema, config, stored, path);
    return this.secrets.sealConfig({ schema, config: complete, stored, binding });
  }

  /** In clear and valid: to be tried, not stored. */
  complete(schema: z.ZodObject | null, config: Json, stored: StoredConfig | null, path: string): Json {
    if (schema === null) return {};
    const complete = this.secrets.completeConfig({ schema, config, stored, path });
    const parsed = schema.safeParse(complete);
    if (parsed.success) return complete;
    const fields = parsed.error.issues.map((issue) => ({
      path: [path, ...issue.path].join('.'),
      message: issue.message,
    }));
    const [first] = fields;
    throw new HubProblem('invalid_request', { detail: `${first?.path}: ${first?.message}`, fields });
  }

  /** A stored config in clear. Throws a SealError. */
  open(stored: StoredConfig): Json {
    return this.secrets.openConfig(stored);
  }
}

export const bindings = {
  channel: (id: string): string => `channels/${id}/config`,
  destination: (id: string): string => `destinations/${id}/address`,
  integration: (id: string): string => `integrations/${id}/config`,
  subscription: (id: string): string => `integration-subscriptions/${id}/options`,
};

import type { Job } from '@checkstack/link';
import { markedValues, secretPaths, validateCollectors, validateConfig } from '@checkstack/plugin-sdk/runtime';
import { Injectable } from '@nestjs/common';
import { HubProblem } from '../problems.js';
import { redactConfig } from '../secrets/secret-values.js';
import { Secrets } from '../secrets/secrets.service.js';
import type { Definition, StoredDefinition } from './definition.js';
import { findProbe, probeOf } from './probe-kinds.js';

type Json = Record<string, unknown>;
type StoredConfig = { config: object; binding: string };

/** Definitions on their way in (validated by the probe, secrets sealed) and out (secrets hidden, or opened for a satellite). */
@Injectable()
export class Definitions {
  constructor(private readonly secrets: Secrets) {}

  /**
   * What a person entered, with the kept secrets of `stored` put back, in the form that is stored at `binding`.
   * Throws a HubProblem that names every wrong field.
   */
  enter(entered: Definition, stored: StoredDefinition | null, binding: string): Definition {
    const probe = probeOf(entered.kind);
    const config = this.secrets.completeConfig({
      schema: probe.config,
      config: entered.config,
      stored: configOf(stored),
      path: 'config',
    });
    const collectors = entered.collectors.map((use, index) => {
      const schema = schemaOf(entered.kind, use.collector);
      if (schema === undefined) return use;
      return {
        ...use,
        config: this.secrets.completeConfig({
          schema,
          config: use.config,
          stored: configOf(stored, use.collector),
          path: `collectors.${index}.config`,
        }),
      };
    });
    refuse([
      ...movableTargets({ ...entered, config, collectors }),
      ...validateConfig(probe, config).map(({ path, message }) => ({ path: ['config', ...path], message })),
      ...validateCollectors(probe, collectors).map(({ path, message }) => ({ path: ['collectors', ...path], message })),
    ]);
    return {
      ...entered,
      config: this.secrets.sealConfig({
        schema: probe.config,
        config,
        stored: configOf(stored),
        binding: placeOf(binding),
      }),
      collectors: collectors.map((use) => ({ ...use, config: this.sealed(entered.kind, use, stored, binding) })),
    };
  }

  /** The job that a satellite runs, secrets opened. Throws a SealError. */
  jobOf({ definition, binding }: StoredDefinition): Job {
    return plainJobOf({
      ...definition,
      config: this.secrets.openConfig({ config: definition.config, binding: placeOf(binding) }),
      collectors: definition.collectors.map((use) => ({
        ...use,
        config: this.secrets.openConfig({ config: use.config, binding: placeOf(binding, use.collector) }),
      })),
    });
  }

  private sealed(
    kind: string,
    { collector, config }: Definition['collectors'][number],
    stored: StoredDefinition | null,
    binding: string,
  ): Json {
    const schema = schemaOf(kind, collector);
    if (schema === undefined) return config;
    return this.secrets.sealConfig({
      schema,
      config,
      stored: configOf(stored, collector),
      binding: placeOf(binding, collector),
    });
  }
}

/** On the wire; the secrets are as they stand. */
export function plainJobOf({ kind, config, collectors, timeoutMs }: Definition): Job {
  return {
    kind,
    configJson: JSON.stringify(config),
    collectors: collectors.map((use) => ({
      name: use.collector,
      configJson: JSON.stringify(use.config),
      assertionsJson: JSON.stringify(use.assertions),
    })),
    timeoutMs,
  };
}

/** What people see: secrets stand as kept. */
export function redactDefinition<Shown extends Pick<Definition, 'config' | 'collectors'>>(definition: Shown): Shown {
  return {
    ...definition,
    config: redactConfig(definition.config),
    collectors: definition.collectors.map((use) => ({ ...use, config: redactConfig(use.config) })),
  };
}

/**
 * Where a template decides whom a config with secrets talks to. Whoever may edit an environment, or rename a system,
 * could have the secrets sent to themselves.
 */
function movableTargets({ kind, config, collectors }: Definition): { path: string[]; message: string }[] {
  const { config: schema } = probeOf(kind);
  const hasSecrets =
    secretPaths(schema, config).length > 0 ||
    collectors.some((use) => secretPaths(schemaOf(kind, use.collector) ?? {}, use.config).length > 0);
  if (!hasSecrets) return [];
  const host = (target: unknown): string =>
    String(target)
      .replace(/^[a-z][a-z0-9+.-]*:\/\//i, '')
      .split(/[/?#\\]/, 1)[0] ?? '';
  return markedValues(schema, config, 'target')
    .filter(({ value }) => host(value).includes('{{'))
    .map(({ pointer }) => ({
      path: ['config', ...pointer.split('/').slice(1)],
      message: 'A template may not decide where secrets are sent: write the host itself, in one check per environment.',
    }));
}

function schemaOf(kind: string, collector: string): Parameters<Secrets['sealConfig']>[0]['schema'] | undefined {
  const collectors = findProbe(kind)?.collectors ?? {};
  return Object.hasOwn(collectors, collector) ? collectors[collector]?.config : undefined;
}

/** Where the secrets of a check are sealed for. */
export function bindingOf(checkId: string): string {
  return `checks/${checkId}`;
}

function placeOf(binding: string, collector?: string): string {
  return collector === undefined ? `${binding}/config` : `${binding}/collectors/${collector}`;
}

function configOf(stored: StoredDefinition | null, collector?: string): StoredConfig | null {
  if (stored === null) return null;
  const { config } =
    collector === undefined
      ? stored.definition
      : (stored.definition.collectors.find((use) => use.collector === collector) ?? { config: {} });
  return { config, binding: placeOf(stored.binding, collector) };
}

function refuse(problems: { path: (string | number)[]; message: string }[]): void {
  const fields = problems.map(({ path, message }) => ({ path: path.join('.'), message }));
  const [first] = fields;
  if (first) throw new HubProblem('invalid_request', { detail: `${first.path}: ${first.message}`, fields });
}

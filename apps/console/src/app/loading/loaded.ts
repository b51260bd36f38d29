import { computed, DestroyRef, effect, inject, linkedSignal, resource, untracked, type Signal } from '@angular/core';
import type { LiveMessage } from '@checkstack/api';
import { toApiProblem, type ApiProblem } from '../api/api-problem.js';
import { Live } from '../live/live.js';

/** Something read from the hub that keeps itself fresh. What was read stays while it is read again. */
export interface Loaded<Value> {
  readonly value: Signal<Value | undefined>;
  /** Why the last reading failed. */
  readonly problem: Signal<ApiProblem | undefined>;
  readonly isLoading: Signal<boolean>;
  reload(): void;
  /** Puts in what is known already, an answer to a change for example. */
  set(value: Value): void;
}

interface Loading<Value, Params> {
  /** Read again whenever they change; nothing is read while they are undefined. */
  params?: () => Params | undefined;
  load: (params: Params, signal: AbortSignal) => Promise<Value>;
  /** The topics to listen to, and what a message means for the value: a new value, or that it is to be read again. */
  topics?: (params: Params) => string[];
  patch?: (value: Value, message: LiveMessage) => Value | 'reload';
  /** Messages of this span are taken together. */
  gatherMs?: number;
}

/** The one way to read from the hub; call it where things are injected. Show it with `<cs-loading [of]="…" />`. */
export function loaded<Value, Params = true>({
  params,
  load,
  topics,
  patch,
  gatherMs = 150,
}: Loading<Value, Params>): Loaded<Value> {
  const live = inject(Live);
  const asked = computed(() => (params ? params() : (true as Params)));
  const listening = computed(() => {
    const given = asked();
    return given === undefined || !topics ? '' : topics(given).join(' ');
  });

  const source = resource({
    params: asked,
    loader: async ({ params: given, abortSignal }) => {
      const awaited = untracked(listening);
      if (awaited) await live.hearing(awaited.split(' '));
      abortSignal.throwIfAborted();
      return { value: await load(given, abortSignal) };
    },
  });
  const value = linkedSignal<{ value: Value } | undefined, Value | undefined>({
    source: () => (source.hasValue() ? source.value() : undefined),
    computation: (fresh, before) => (fresh ? fresh.value : before?.value),
  });

  let messages: LiveMessage[] = [];
  let gathering: ReturnType<typeof setTimeout> | undefined;
  const digest = () => {
    gathering = undefined;
    // What arrives during a reading is applied on top of it.
    if (untracked(source.isLoading)) return;
    const arrived = messages;
    messages = [];
    const before = untracked(value);
    if (before === undefined || arrived.length === 0) return;
    let current: Value = before;
    let isOutdated = false;
    for (const message of arrived) {
      const next: Value | 'reload' = message.type === 'refresh' ? 'reload' : (patch?.(current, message) ?? current);
      if (next === 'reload') isOutdated = true;
      else current = next;
    }
    value.set(current);
    if (isOutdated) source.reload();
  };

  effect((onCleanup) => {
    const heard = listening();
    const heardFrom = heard ? live.topic(...heard.split(' ')) : live.messages;
    const subscription = heardFrom.subscribe((message) => {
      if (message.type === 'subscribed' || (!heard && message.type !== 'refresh')) return;
      messages.push(message);
      gathering ??= setTimeout(digest, gatherMs);
    });
    onCleanup(() => subscription.unsubscribe());
  });
  effect(() => {
    if (!source.isLoading()) untracked(digest);
  });
  inject(DestroyRef).onDestroy(() => clearTimeout(gathering));

  return {
    value: value.asReadonly(),
    problem: computed(() => {
      const error = source.error();
      return error ? toApiProblem(error.cause ?? error) : undefined;
    }),
    isLoading: source.isLoading,
    reload: () => source.reload(),
    set: (given) => value.set(given),
  };
}

import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Notices } from '../cluster/notices.js';
import type { Written } from './transitions.js';

/** As many UUIDs as fit one notice. */
const idsANotice = 180;

/** What is to be told of, slices by their numbers. */
export interface Turned extends Omit<Written, 'slices'> {
  slices: readonly { number: number }[];
}

/** Tells every replica which states changed. */
@Injectable()
export class StateNotices {
  constructor(private readonly notices: Notices) {}

  /** With a manager the notices go out with its commit. */
  async publish({ slices, checkIds, systemIds }: Turned, manager?: EntityManager): Promise<void> {
    for (const part of chunks(
      slices.map(({ number }) => number),
      idsANotice,
    ))
      await this.notices.publish('state', { slices: part }, manager);
    for (const part of chunks(checkIds, idsANotice)) await this.notices.publish('state', { checks: part }, manager);
    for (const part of chunks(systemIds, idsANotice)) await this.notices.publish('state', { systems: part }, manager);
  }
}

export function chunks<Item>(items: readonly Item[], size: number): Item[][] {
  const parts: Item[][] = [];
  for (let from = 0; from < items.length; from += size) parts.push(items.slice(from, from + size));
  return parts;
}

import { Injectable } from '@nestjs/common';
import type { Sql } from '../health/outlook-rows.js';
import { readInProgress, type InProgress } from './in-progress.js';

/** What maintenance means for others. */
@Injectable()
export class Maintenances {
  /** By system; those that are in none are missing. */
  inProgress(sql: Sql, systemIds: readonly string[]): Promise<Map<string, InProgress>> {
    return readInProgress(sql, systemIds);
  }
}

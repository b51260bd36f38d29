import type { routes, RouteAnswer, RouteInput, Run } from '@checkstack/api';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { readAvailability } from './availability-query.js';
import { readHistory } from './history.js';
import { listIntervals } from './interval-list.js';
import { findRun, findRuns, listRuns } from './run-list.js';
import { listSlices } from './slice-list.js';

type Routes = typeof routes.results;
type Query<Name extends keyof Routes> = RouteInput<Routes[Name]>['query'];

/** What was stored, for reading. Runs that are older than their assignment keeps them are not there. */
@Injectable()
export class Results {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  slices(query: Query<'slices'>): Promise<RouteAnswer<Routes['slices']>> {
    return listSlices(this.dataSource, query);
  }

  runs(query: Query<'runs'>): Promise<RouteAnswer<Routes['runs']>> {
    return listRuns(this.dataSource, query);
  }

  run(id: string): Promise<Run> {
    return findRun(this.dataSource, id);
  }

  /** Just stored ones, as notices name them. */
  runsByKey(keys: readonly [slice: number, slotMs: number, attempt: number][]): Promise<Run[]> {
    return findRuns(this.dataSource, keys);
  }

  history(query: Query<'history'>): Promise<RouteAnswer<Routes['history']>> {
    return readHistory(this.dataSource, query);
  }

  availability(query: Query<'availability'>): Promise<RouteAnswer<Routes['availability']>> {
    return readAvailability(this.dataSource, query);
  }

  intervals(query: Query<'intervals'>): Promise<RouteAnswer<Routes['intervals']>> {
    return listIntervals(this.dataSource, query);
  }
}

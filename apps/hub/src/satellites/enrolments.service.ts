import type { routes, RouteInput, Satellite } from '@checkstack/api';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { hashToken, randomToken } from '../access/token.js';
import { may, type Actor } from '../actor.js';
import { Audit } from '../audit/audit.service.js';
import { Notices } from '../cluster/notices.js';
import { Edits } from '../edits/edits.service.js';
import { lockForEdit, merged } from '../edits/rows.js';
import { HubProblem, invalidField } from '../problems.js';
import { Locations } from './locations.service.js';
import { Placements } from './placements.service.js';
import { SatelliteEntity } from './satellite.entity.js';
import { findSatellite } from './satellite-list.js';

type Enrol = RouteInput<typeof routes.satellites.enrol>['body'];
type Update = RouteInput<typeof routes.satellites.update>['body'];

/** Satellites as people edit them: enrolled, moved, disabled, given another token, deleted. */
@Injectable()
export class Enrolments {
  constructor(
    private readonly edits: Edits,
    private readonly audit: Audit,
    private readonly notices: Notices,
    private readonly locations: Locations,
    private readonly placements: Placements,
  ) {}

  async enrol(input: Enrol, actor: Actor): Promise<{ satellite: Satellite; token: string }> {
    return this.edits.run(async (manager) => {
      await this.placements.lock(manager);
      const locationId = await this.locate(manager, input.location, actor);
      const { name, tags, offlineToleranceSeconds } = input;
      return this.add(manager, { name, tags, offlineToleranceSeconds, locationId, local: false }, actor);
    });
  }

  /** The placement lock is held. */
  async add(
    manager: EntityManager,
    row: Pick<SatelliteEntity, 'name' | 'locationId' | 'tags' | 'local' | 'offlineToleranceSeconds'>,
    actor: Actor,
  ): Promise<{ satellite: Satellite; token: string }> {
    const tags = [...new Set(row.tags)];
    const { id } = await manager.save(SatelliteEntity, { ...row, tags });
    const token = await addToken(manager, id);
    const satellite = await found(manager, id);
    await this.edits.record(manager, actor, { thing: 'satellite', id, name: row.name, after: shown(satellite) });
    await this.placements.placeIn(manager, { locationIds: [row.locationId], tags });
    return { satellite, token };
  }

  async update(id: string, input: Update, actor: Actor, version?: number): Promise<Satellite> {
    return this.edits.run(async (manager) => {
      await this.placements.lock(manager);
      const row = await lockForEdit(manager, SatelliteEntity, id, version);
      const before = await found(manager, id);
      if (input.locationId !== undefined) await this.locate(manager, { id: input.locationId }, actor, 'locationId');
      const { name, locationId, tags, draining, disabled, offlineToleranceSeconds } = merged(row, input);
      await manager.update(SatelliteEntity, id, {
        name,
        locationId,
        tags: [...new Set(tags)],
        draining,
        disabled,
        offlineToleranceSeconds,
      });
      const after = await found(manager, id);
      const change = { name, before: shown(before), after: shown(after) };
      if (await this.edits.record(manager, actor, { thing: 'satellite', id, ...change })) {
        await manager.update(SatelliteEntity, id, { version: () => 'version + 1' });
        if (disabled && !row.disabled) await this.cutOff(manager, id);
        const pools = { locationIds: [row.locationId, locationId], tags: [...row.tags, ...tags] };
        // Its runs carry the name of its location.
        await this.placements.placeIn(manager, pools, locationId === row.locationId ? [] : [id]);
      }
      return found(manager, id);
    });
  }

  /** The token before goes on for the overlap, so that the satellite can be given the new one without a pause. */
  async rotate(id: string, overlapMinutes: number, actor: Actor): Promise<{ satellite: Satellite; token: string }> {
    return this.edits.run(async (manager) => {
      const { name, local } = await lockForEdit(manager, SatelliteEntity, id, undefined);
      if (local)
        throw new HubProblem('invalid_request', {
          detail: 'The hub keeps the token of the satellite beside it by itself: there is nothing to rotate.',
        });
      if (overlapMinutes > 0) {
        await manager.query(
          `UPDATE satellite_tokens SET expires_at = least(expires_at, now() + make_interval(mins => $2)) WHERE satellite_id = $1`,
          [id, overlapMinutes],
        );
      } else {
        await manager.query('DELETE FROM satellite_tokens WHERE satellite_id = $1', [id]);
        await this.cutOff(manager, id);
      }
      const token = await addToken(manager, id);
      await this.audit.record(manager, actor, {
        action: 'satellite.rotate',
        subject: { kind: 'satellite', id, name },
        changes: { overlapMinutes: [null, overlapMinutes] },
      });
      return { satellite: await found(manager, id), token };
    });
  }

  async remove(id: string, actor: Actor, version?: number): Promise<void> {
    await this.edits.run(async (manager) => {
      await this.placements.lock(manager);
      await lockForEdit(manager, SatelliteEntity, id, version);
      const before = await found(manager, id);
      const pools = { locationIds: [before.location.id], tags: before.tags };
      // Its slices go to others first: what it has missed is declared while it is known who missed it.
      await manager.update(SatelliteEntity, id, { disabled: true });
      await this.placements.placeIn(manager, pools);
      await manager.delete(SatelliteEntity, id);
      await this.edits.record(manager, actor, { thing: 'satellite', id, name: before.name, before: shown(before) });
      await this.notices.publish('satellite', { id }, manager);
    });
  }

  /** Tokens whose overlap is over open nothing any more, and a socket that one of them may have opened is closed. */
  async endOverlaps(manager: EntityManager): Promise<void> {
    const [expired] = await manager.query<[{ id: string }[], number]>(
      'DELETE FROM satellite_tokens WHERE expires_at <= now() RETURNING satellite_id AS id',
    );
    for (const id of [...new Set(expired.map((token) => token.id))].sort()) await this.cutOff(manager, id);
  }

  /** Its socket does not count from now on, and is closed by the hub that holds it. */
  private async cutOff(manager: EntityManager, id: string): Promise<void> {
    await manager.query(
      `UPDATE satellites SET epoch = epoch + 1, process_id = NULL, replica_id = NULL, online = online AND NOT disabled WHERE id = $1`,
      [id],
    );
    await this.notices.publish('satellite', { id }, manager);
  }

  private async locate(
    manager: EntityManager,
    location: Enrol['location'],
    actor: Actor,
    path = 'location.id',
  ): Promise<string> {
    if ('id' in location) {
      const unknown = await this.locations.unknownOf(manager, [location.id]);
      if (unknown.length > 0) throw invalidField(path, 'There is no such location.');
      return location.id;
    }
    if (!may(actor, 'satellites.location.manage')) throw new HubProblem('not_allowed');
    return this.locations.named(manager, location.name, actor);
  }
}

/** As the audit log tells it. */
function shown({ name, location, tags, draining, status, offlineToleranceSeconds }: Satellite): object {
  return { name, location: location.name, tags, draining, disabled: status === 'disabled', offlineToleranceSeconds };
}

async function found(manager: EntityManager, id: string): Promise<Satellite> {
  const satellite = await findSatellite(manager, id);
  if (satellite === undefined) throw new HubProblem('not_found');
  return satellite;
}

async function addToken(manager: EntityManager, satelliteId: string): Promise<string> {
  const token = randomToken('cst_');
  await manager.query('INSERT INTO satellite_tokens (token_hash, satellite_id) VALUES ($1, $2)', [
    hashToken(token),
    satelliteId,
  ]);
  return token;
}

import { TestBed } from '@angular/core/testing';
import { MatDialog } from '@angular/material/dialog';
import { routes, type Incident, type IncidentUpdate, type Route, type UpdateRevision } from '@checkstack/api';
import { of } from 'rxjs';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { Api } from '../api/api.js';
import { ApiProblem } from '../api/api-problem.js';
import { IncidentSaving } from './incident-saving.js';
import type { Merged, MergeQuestion } from './merge-dialog.js';
import { makeIncident } from './testing/make-incident.js';

const by = { kind: 'user', id: 'u2', name: 'Ben' } as const;
const at = '2026-01-01T12:00:00.000Z';

describe('saving an incident that somebody else changes too', () => {
  /** As the hub has it. */
  let stored: Incident;
  let said: UpdateRevision;
  let sent: unknown[];
  let asked: MergeQuestion[];
  let answers: (Merged | undefined)[];
  let saving: IncidentSaving;

  beforeEach(() => {
    stored = makeIncident({ title: 'Theirs', version: 2 });
    said = { version: 2, body: 'Theirs', audience: 'public', at, by };
    [sent, asked, answers] = [[], [], []];
    const held = (version: number | undefined, now: number): void => {
      if (version !== now) throw new ApiProblem(412, 'changed_meanwhile', '', '');
    };
    const call = async (route: Route, { body, version }: { body?: object; version?: number }) => {
      if (route === routes.incidents.read) return stored;
      if (route === routes.incidents.revisions) return { items: [said] };
      held(version, route === routes.incidents.edit ? said.version : stored.version);
      sent.push(body);
      return { ...stored, ...body };
    };
    const open = vi.fn((_: unknown, { data }: { data: MergeQuestion }) => {
      asked.push(data);
      return { afterClosed: () => of(answers.shift()) };
    });
    TestBed.configureTestingModule({
      providers: [
        { provide: Api, useValue: { call } },
        { provide: MatDialog, useValue: { open } },
      ],
    });
    saving = TestBed.inject(IncidentSaving);
  });

  it('asks nothing where the two are about different fields', async () => {
    await saving.save(makeIncident(), { severity: 'critical' });
    expect(asked).toEqual([]);
    expect(sent).toEqual([{ severity: 'critical' }]);
  });

  it('shows both, and saves what was chosen of a text with all else', async () => {
    answers = [{ title: { text: 'Both' } }];
    await saving.save(makeIncident(), { title: 'Mine', severity: 'major' });
    expect(asked[0]?.differences).toMatchObject([{ field: 'title', theirs: 'Theirs', mine: 'Mine' }]);
    expect(sent).toEqual([{ title: 'Both', severity: 'major' }]);
  });

  it('leaves theirs alone when it is chosen', async () => {
    stored = makeIncident({ status: 'fixing', version: 2 });
    answers = [{ status: { side: 'theirs' } }];
    const saved = await saving.save(makeIncident(), { status: 'resolved' });
    expect(sent).toEqual([]);
    expect(saved?.status).toBe('fixing');
  });

  it('saves nothing when the question is left', async () => {
    answers = [undefined];
    expect(await saving.save(makeIncident(), { title: 'Mine' })).toBeUndefined();
    expect(sent).toEqual([]);
  });

  describe('of its updates', () => {
    const update: IncidentUpdate = {
      id: 'x',
      author: by,
      audience: 'internal',
      body: 'Before',
      postedAt: at,
      editedAt: null,
      deletedAt: null,
      deletedBy: null,
      version: 1,
    };

    it('shows both texts, and keeps who may read it as they set it', async () => {
      answers = [{ body: { text: 'Both' } }];
      await saving.saveUpdate('i1', update, { body: 'Mine', audience: 'internal' });
      expect(asked[0]?.differences).toMatchObject([{ theirs: 'Theirs', mine: 'Mine' }]);
      expect(sent).toEqual([{ body: 'Both' }]);
    });

    it('asks about the readers where both changed them', async () => {
      answers = [{ audience: { side: 'mine' } }];
      await saving.saveUpdate('i1', update, { body: 'Before', audience: 'signed-in' });
      expect(asked[0]?.differences.map(({ field }) => field)).toEqual(['audience']);
      expect(sent).toEqual([{ audience: 'signed-in' }]);
    });
  });
});

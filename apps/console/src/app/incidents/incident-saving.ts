import { inject, Injectable } from '@angular/core';
import { MatDialog } from '@angular/material/dialog';
import { routes, type Audience, type Incident, type IncidentUpdate, type UpdateRevision } from '@checkstack/api';
import { firstValueFrom } from 'rxjs';
import { Api } from '../api/api.js';
import { toApiProblem } from '../api/api-problem.js';
import { audienceWords } from './incident-words.js';
import { changedFields, conflictsBetween, type FieldName, type IncidentFields } from './merge.js';
import type { Merged, MergeDialog, MergeQuestion } from './merge-dialog.js';

interface UpdateFields {
  body: string;
  audience: Audience;
}
type Known = UpdateFields & { version: number };

/** Saves without ever overwriting what somebody else did meanwhile. */
@Injectable({ providedIn: 'root' })
export class IncidentSaving {
  readonly #api = inject(Api);
  readonly #dialog = inject(MatDialog);

  /** `base` is what was edited. Undefined: the two were not put together, and nothing is saved. */
  async save(
    base: Incident,
    given: IncidentFields,
    nameOf: (id: string) => string = (id) => id,
  ): Promise<Incident | undefined> {
    let fields = changedFields(base, given);
    let latest = base;
    for (;;) {
      if (Object.keys(fields).length === 0) return latest;
      try {
        const { id, version } = latest;
        return await this.#api.call(routes.incidents.update, { params: { id }, body: fields, version });
      } catch (error) {
        if (toApiProblem(error).code !== 'changed_meanwhile') throw error;
      }
      const theirs = await this.#api.call(routes.incidents.read, { params: { id: base.id } });
      const differences = conflictsBetween(latest, theirs, fields, nameOf);
      if (differences.length > 0) {
        const merged = await this.#ask({
          text: 'Nothing of theirs is lost: see what you both wrote, and choose what stays. All else that you changed is saved with it.',
          differences,
        });
        if (!merged) return undefined;
        fields = changedFields(theirs, withMerged(fields, merged));
      }
      latest = theirs;
    }
  }

  /** The same for an update: its text and who may read it. */
  async saveUpdate(incidentId: string, base: IncidentUpdate, given: UpdateFields): Promise<IncidentUpdate | undefined> {
    const params = { id: incidentId, updateId: base.id };
    let known: Known = { body: base.body ?? '', audience: base.audience, version: base.version };
    let fields = given;
    for (;;) {
      const { version } = known;
      const body = {
        ...(fields.body !== known.body && { body: fields.body }),
        ...(fields.audience !== known.audience && { audience: fields.audience }),
      };
      try {
        return await this.#api.call(routes.incidents.edit, { params, body, version });
      } catch (error) {
        if (toApiProblem(error).code !== 'changed_meanwhile') throw error;
      }
      const [theirs] = (await this.#api.call(routes.incidents.revisions, { params })).items;
      if (!theirs) return undefined;
      const merged = await this.#mergeUpdates(known, theirs, fields);
      if (!merged) return undefined;
      fields = merged;
      known = theirs;
    }
  }

  async #mergeUpdates(base: Known, theirs: UpdateRevision, mine: UpdateFields): Promise<UpdateFields | undefined> {
    const differs = (field: keyof UpdateFields): boolean =>
      mine[field] !== base[field] && theirs[field] !== base[field] && mine[field] !== theirs[field];
    const text = { field: 'body', label: 'Update', theirs: theirs.body, mine: mine.body, isText: true };
    const readers = {
      field: 'audience',
      label: 'Who may read it',
      theirs: audienceWords[theirs.audience],
      mine: audienceWords[mine.audience],
      isText: false,
    };
    const differences = [...(differs('body') ? [text] : []), ...(differs('audience') ? [readers] : [])];
    const merged =
      differences.length === 0
        ? {}
        : await this.#ask({
            text: `${theirs.by.name} changed this update while you did. See both, and choose what stays.`,
            differences,
          });
    if (!merged) return undefined;
    const [body, audience] = [merged['body'], merged['audience']];
    const isMine = (field: keyof UpdateFields): boolean => mine[field] !== base[field];
    return {
      body: body && 'text' in body ? body.text : isMine('body') ? mine.body : theirs.body,
      audience:
        !isMine('audience') || (audience && 'side' in audience && audience.side === 'theirs')
          ? theirs.audience
          : mine.audience,
    };
  }

  async #ask(question: MergeQuestion): Promise<Merged | undefined> {
    const { MergeDialog: dialog } = await import('./merge-dialog.js');
    const opened = this.#dialog.open<MergeDialog, MergeQuestion, Merged>(dialog, {
      data: question,
      width: '720px',
      maxWidth: 'calc(100vw - 24px)',
      autoFocus: 'dialog',
    });
    return firstValueFrom(opened.afterClosed());
  }
}

function withMerged(mine: IncidentFields, merged: Merged): IncidentFields {
  const fields: Record<string, unknown> = { ...mine };
  for (const [field, choice] of Object.entries(merged) as [FieldName, Merged[string]][]) {
    if ('text' in choice) fields[field] = field === 'title' ? choice.text.replace(/\s+/g, ' ') : choice.text;
    else if (choice.side === 'theirs') delete fields[field];
  }
  return fields;
}

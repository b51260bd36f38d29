import { ChangeDetectionStrategy, Component, computed, inject, signal } from '@angular/core';
import { NonNullableFormBuilder, ReactiveFormsModule, Validators } from '@angular/forms';
import { MatButton, MatIconButton } from '@angular/material/button';
import { MatCheckbox } from '@angular/material/checkbox';
import { MAT_DIALOG_DATA, MatDialogModule, MatDialogRef } from '@angular/material/dialog';
import { MatFormFieldModule } from '@angular/material/form-field';
import { MatInput } from '@angular/material/input';
import { routes, type Named, type Team } from '@checkstack/api';
import { Api } from '../api/api.js';
import { NamedSearch } from '../loading/named-search.js';
import { Session } from '../session/session.js';
import { ErrorSentence, showRefusal } from '../ui/form-errors.js';
import { Icon } from '../ui/icon.js';
import { Notice } from '../ui/notice.js';

/** A team: its name, and who is in it. Closes with the saved one. */
@Component({
  selector: 'cs-team-dialog',
  imports: [
    ErrorSentence,
    Icon,
    MatButton,
    MatCheckbox,
    MatDialogModule,
    MatFormFieldModule,
    MatIconButton,
    MatInput,
    NamedSearch,
    Notice,
    ReactiveFormsModule,
  ],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <h2 matDialogTitle>{{ team?.name ?? 'New team' }}</h2>
    <form [formGroup]="form" (ngSubmit)="save()">
      <mat-dialog-content>
        <div class="cs-form">
          @if (trouble(); as trouble) {
            <cs-notice tone="unhealthy">{{ trouble }}</cs-notice>
          }
          <mat-form-field>
            <mat-label>Name</mat-label>
            <input matInput formControlName="name" maxlength="120" autocomplete="off" />
            <mat-error><cs-error-sentence [of]="form.controls.name" /></mat-error>
          </mat-form-field>
          <mat-form-field>
            <mat-label>What it looks after</mat-label>
            <textarea matInput formControlName="description" maxlength="4000" rows="2"></textarea>
          </mat-form-field>
          <ul aria-label="Members">
            @for (member of members(); track member.userId) {
              <li>
                <span>{{ member.name }}</span>
                <mat-checkbox [checked]="member.manager" (change)="set(member.userId, $event.checked)">
                  manages the team<span class="cs-visually-hidden">: {{ member.name }}</span>
                </mat-checkbox>
                <button
                  matIconButton
                  type="button"
                  [attr.aria-label]="'Take out ' + member.name"
                  (click)="take(member.userId)"
                >
                  <cs-icon name="close" [size]="14" />
                </button>
              </li>
            }
          </ul>
          @if (maySearch) {
            <cs-named-search label="Add a user" [find]="find" [without]="memberIds()" (picked)="add($event)" />
          } @else {
            <p class="cs-faint">Your role does not list users: ask an administrator to add somebody.</p>
          }
        </div>
      </mat-dialog-content>
      <mat-dialog-actions align="end">
        <button matButton type="button" matDialogClose>Cancel</button>
        <button matButton="filled" type="submit" [disabled]="isSaving()">{{ team ? 'Save' : 'Add team' }}</button>
      </mat-dialog-actions>
    </form>
  `,
  styles: `
    form {
      display: contents;
    }

    .cs-form {
      padding-top: 6px;
    }

    li {
      display: flex;
      align-items: center;
      gap: 8px;
      font-size: 0.8125rem;

      > span {
        flex: 1;
        min-width: 0;
        overflow-wrap: anywhere;
      }
    }
  `,
})
export class TeamDialog {
  readonly #api = inject(Api);
  readonly #opened = inject<MatDialogRef<TeamDialog, Team>>(MatDialogRef);

  /** Undefined: a new one. */
  protected readonly team = inject<Team | undefined>(MAT_DIALOG_DATA, { optional: true });
  protected readonly maySearch = inject(Session).may('access.user.read');
  protected readonly form = inject(NonNullableFormBuilder).group({
    name: [this.team?.name ?? '', Validators.required],
    description: [this.team?.description ?? ''],
  });
  protected readonly members = signal<Team['members']>(this.team?.members ?? []);
  protected readonly memberIds = computed(() => this.members().map(({ userId }) => userId));
  protected readonly isSaving = signal(false);
  protected readonly trouble = signal<string | undefined>(undefined);
  #users: Promise<Named[]> | undefined;

  protected readonly find = async (search: string): Promise<Named[]> => {
    this.#users ??= this.#api.all(routes.users.list, { query: {} });
    const wanted = search.toLowerCase();
    return (await this.#users).filter(({ name }) => name.toLowerCase().includes(wanted)).slice(0, 50);
  };

  protected add({ id: userId, name }: Named): void {
    this.members.update((members) => [...members, { userId, name, manager: false }]);
  }

  protected take(userId: string): void {
    this.members.update((members) => members.filter((member) => member.userId !== userId));
  }

  protected set(userId: string, manager: boolean): void {
    this.members.update((members) =>
      members.map((member) => (member.userId === userId ? { ...member, manager } : member)),
    );
  }

  protected async save(): Promise<void> {
    this.form.markAllAsTouched();
    if (this.form.invalid) return;
    this.isSaving.set(true);
    this.trouble.set(undefined);
    try {
      this.#opened.close(await this.#send());
    } catch (error) {
      this.trouble.set(showRefusal(this.form, error));
      this.isSaving.set(false);
    }
  }

  #send(): Promise<Team> {
    const members = this.members().map(({ userId, manager }) => ({ userId, manager }));
    const body = { ...this.form.getRawValue(), members };
    if (!this.team) return this.#api.call(routes.teams.create, { body });
    const { id, version } = this.team;
    return this.#api.call(routes.teams.update, { params: { id }, body, version });
  }
}

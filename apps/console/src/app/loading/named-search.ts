import { ChangeDetectionStrategy, Component, input, output, signal } from '@angular/core';
import { MatAutocompleteModule, type MatAutocompleteSelectedEvent } from '@angular/material/autocomplete';
import { MatFormFieldModule } from '@angular/material/form-field';
import { MatInput } from '@angular/material/input';
import type { Named } from '@checkstack/api';
import { loaded } from './loaded.js';

/** Finds something by its name while one types, and hands it on. */
@Component({
  selector: 'cs-named-search',
  imports: [MatAutocompleteModule, MatFormFieldModule, MatInput],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <mat-form-field subscriptSizing="dynamic">
      <mat-label>{{ label() }}</mat-label>
      <input
        #typed
        matInput
        autocomplete="off"
        placeholder="Type to search"
        [matAutocomplete]="list"
        (input)="search.set(typed.value)"
        (keydown.enter)="$event.preventDefault()"
      />
      <mat-autocomplete #list="matAutocomplete" (optionSelected)="take($event, typed)">
        @for (choice of choices.value(); track choice.id) {
          @if (!without().includes(choice.id)) {
            <mat-option [value]="choice">{{ choice.name }}</mat-option>
          }
        }
      </mat-autocomplete>
    </mat-form-field>
  `,
  styles: `
    :host {
      display: block;
    }

    mat-form-field {
      width: 100%;
    }
  `,
})
export class NamedSearch {
  readonly label = input.required<string>();
  readonly find = input.required<(search: string, signal: AbortSignal) => Promise<readonly Named[]>>();
  /** Ids that are not offered. */
  readonly without = input<readonly string[]>([]);
  readonly picked = output<Named>();

  protected readonly search = signal('');
  protected readonly choices = loaded({
    params: () => ({ search: this.search().trim() }),
    load: ({ search }, signal) => this.find()(search, signal),
  });

  protected take({ option }: MatAutocompleteSelectedEvent, field: HTMLInputElement): void {
    this.picked.emit(option.value as Named);
    option.deselect();
    field.value = '';
    this.search.set('');
  }
}

import { HttpClient } from '@angular/common/http';
import {
  afterNextRender,
  ChangeDetectionStrategy,
  Component,
  computed,
  effect,
  inject,
  Injector,
  input,
  signal,
  untracked,
} from '@angular/core';
import { toSignal } from '@angular/core/rxjs-interop';
import { MatButton } from '@angular/material/button';
import { ActivatedRoute, RouterLink } from '@angular/router';
import { firstValueFrom } from 'rxjs';
import { toApiProblem } from '../api/api-problem.js';
import { loaded } from '../loading/loaded.js';
import { LoadingView } from '../loading/loading.js';
import { CopyButton } from '../ui/copy-button.js';
import { EmptyState } from '../ui/empty-state.js';
import { Icon } from '../ui/icon.js';
import { PageHeader } from '../ui/page-header.js';
import { injectQuery } from '../ui/query.js';
import { SearchBox } from '../ui/search-box.js';
import { groupsOf, type ApiDocument } from './api-document.js';
import { OperationCard } from './operation-card.js';

const documentUrl = '/api/openapi.json';

/** Every call of the REST API, drawn from the hub's own OpenAPI document. */
@Component({
  selector: 'cs-api-reference',
  imports: [CopyButton, EmptyState, Icon, LoadingView, MatButton, OperationCard, PageHeader, RouterLink, SearchBox],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './api-reference.html',
  styleUrl: './api-reference.scss',
})
export class ApiReference {
  readonly #http = inject(HttpClient);
  readonly #injector = inject(Injector);
  protected readonly query = injectQuery();

  // The address; its fragment names one operation.
  readonly search = input<string>();
  readonly #fragment = toSignal(inject(ActivatedRoute).fragment);

  protected readonly documentUrl = documentUrl;
  protected readonly document = loaded({
    load: () =>
      firstValueFrom(this.#http.get<ApiDocument>(documentUrl)).catch((error: unknown) => {
        throw toApiProblem(error);
      }),
  });
  protected readonly groups = computed(() => {
    const document = this.document.value();
    return document ? groupsOf(document, this.search() ?? '') : [];
  });
  protected readonly schemas = computed(() => this.document.value()?.components.schemas ?? {});
  protected readonly open = signal<ReadonlySet<string>>(new Set());
  protected readonly example = `curl -H "Authorization: Bearer $API_KEY" ${location.origin}/api/v1/systems`;

  constructor() {
    effect(() => {
      const id = this.#fragment();
      if (!id || !this.document.value()) return;
      untracked(() => this.open.update((open) => new Set(open).add(id)));
      afterNextRender(() => document.getElementById(id)?.scrollIntoView(), { injector: this.#injector });
    });
  }

  protected toggle(id: string): void {
    this.open.update((open) => {
      const next = new Set(open);
      if (!next.delete(id)) next.add(id);
      return next;
    });
  }

  protected anchorOf(title: string): string {
    return title.toLowerCase().replace(/\W+/g, '-');
  }
}

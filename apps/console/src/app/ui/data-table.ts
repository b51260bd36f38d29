import { ScrollingModule } from '@angular/cdk/scrolling';
import { NgTemplateOutlet } from '@angular/common';
import {
  ChangeDetectionStrategy,
  Component,
  computed,
  contentChild,
  contentChildren,
  inject,
  input,
  model,
} from '@angular/core';
import { Icon } from './icon.js';
import { ScreenSize } from './screen-size.js';
import { Cell, SectionAside, sorted, type Column, type Section, type Sort } from './table-parts.js';

type Entry<Row> = { section: Section<Row> } | { row: Row };

/** More entries than this are drawn only where they are seen. */
const drawAllUpTo = 120;

/** Rows in columns: sortable, in sections if wished, fast with thousands, two lines a row on a phone. */
@Component({
  selector: 'cs-table',
  imports: [Icon, NgTemplateOutlet, ScrollingModule],
  changeDetection: ChangeDetectionStrategy.OnPush,
  host: { '(click)': 'follow($event)' },
  templateUrl: './data-table.html',
  styleUrl: './data-table.scss',
})
export class DataTable<Row> {
  readonly #screen = inject(ScreenSize);

  /** What it lists, for assistive technology. */
  readonly label = input.required<string>();
  readonly columns = input.required<readonly Column<Row>[]>();
  readonly rows = input<readonly Row[]>([]);
  /** In place of rows. */
  readonly sections = input<readonly Section<Row>[]>();
  readonly keyOf = input.required<(row: Row) => string>();
  readonly sort = model<Sort | undefined>();
  /** Keys of the sections that are folded. */
  readonly folded = model<readonly string[]>([]);

  protected readonly cells = contentChildren<Cell<Row>>(Cell);
  protected readonly aside = contentChild<SectionAside<Section<Row>>>(SectionAside);

  protected readonly rowHeight = computed(() => (this.#screen.isPhone() ? 60 : 40));
  protected readonly shown = computed(() => {
    const fits = this.#screen.isPhone() ? ['phone'] : this.#screen.isNarrow() ? ['phone', 'narrow'] : undefined;
    return this.columns().filter(({ until }, index) => index === 0 || !fits || fits.includes(until ?? 'narrow'));
  });
  protected readonly tracks = computed(() =>
    this.shown()
      .map((column) => column.width ?? 'minmax(0, 1fr)')
      .join(' '),
  );
  protected readonly entries = computed<readonly Entry<Row>[]>(() => {
    const inOrder = (rows: readonly Row[]) =>
      sorted(rows, this.columns(), this.sort()).map((row): Entry<Row> => ({ row }));
    const sections = this.sections();
    if (!sections) return inOrder(this.rows());
    return sections.flatMap((section) => [
      { section },
      ...(this.folded().includes(section.key) ? [] : inOrder(section.rows)),
    ]);
  });
  protected readonly isLong = computed(() => this.entries().length > drawAllUpTo);
  protected readonly drawn = computed(() =>
    this.shown().map((column) => ({
      column,
      template: this.cells().find((cell) => cell.column() === column.name)?.template ?? null,
    })),
  );

  protected readonly entryKey = (_: number, entry: Entry<Row>): string =>
    'row' in entry ? this.keyOf()(entry.row) : `section ${entry.section.key}`;

  protected sortBy({ name, sortBy }: Column<Row>): void {
    if (!sortBy) return;
    const sort = this.sort();
    this.sort.set({ by: name, descending: sort?.by === name && !sort.descending });
  }

  protected ariaSort({ name, sortBy }: Column<Row>): 'ascending' | 'descending' | 'none' | null {
    if (!sortBy) return null;
    const sort = this.sort();
    if (sort?.by !== name) return 'none';
    return sort.descending ? 'descending' : 'ascending';
  }

  protected fold(key: string): void {
    this.folded.update((folded) => (folded.includes(key) ? folded.filter((other) => other !== key) : [...folded, key]));
  }

  /** A click anywhere in a row follows its first link. */
  protected follow(event: MouseEvent): void {
    const target = event.target as HTMLElement;
    if (target.closest('a, button, input, label') || document.getSelection()?.type === 'Range') return;
    const { ctrlKey, metaKey, shiftKey } = event;
    target
      .closest('[role=row]')
      ?.querySelector<HTMLAnchorElement>('[role=cell] a[href]')
      ?.dispatchEvent(new MouseEvent('click', { bubbles: true, cancelable: true, ctrlKey, metaKey, shiftKey }));
  }
}

import { Directive, inject, input, TemplateRef } from '@angular/core';

export interface Column<Row> {
  name: string;
  title: string;
  /** A grid track: `minmax(120px, 2fr)`. */
  width?: string;
  align?: 'end';
  /** What to sort by; the column cannot be sorted without. Nulls come last. */
  sortBy?: (row: Row) => string | number | null;
  /** Where it is shown besides wide screens: `narrow` by default. The first column is shown everywhere. */
  until?: 'wide' | 'narrow' | 'phone';
}

export interface Sort {
  by: string;
  descending: boolean;
}

/** Rows under a heading that can be folded. */
export interface Section<Row> {
  key: string;
  title: string;
  rows: readonly Row[];
}

/** A cell: `<ng-container *csCell="let system of systems(); column: 'name'">`. The rows only give the type. */
@Directive({ selector: '[csCell]' })
export class Cell<Row> {
  readonly column = input.required<string>({ alias: 'csCellColumn' });
  readonly of = input<readonly Row[]>([], { alias: 'csCellOf' });
  readonly template = inject<TemplateRef<{ $implicit: Row }>>(TemplateRef);

  static ngTemplateContextGuard<Row>(_: Cell<Row>, context: unknown): context is { $implicit: Row } {
    return context !== undefined;
  }
}

/** What stands beside a section's title: `<ng-container *csSectionAside="let section of sections()">`. */
@Directive({ selector: '[csSectionAside]' })
export class SectionAside<Group> {
  readonly of = input<readonly Group[]>([], { alias: 'csSectionAsideOf' });
  readonly template = inject<TemplateRef<{ $implicit: Group }>>(TemplateRef);

  static ngTemplateContextGuard<Group>(_: SectionAside<Group>, context: unknown): context is { $implicit: Group } {
    return context !== undefined;
  }
}

/** In the order of a column; rows that have no value for it come last either way. */
export function sorted<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  sort: Sort | undefined,
): readonly Row[] {
  const sortBy = columns.find((column) => column.name === sort?.by)?.sortBy;
  if (!sort || !sortBy) return rows;
  const direction = sort.descending ? -1 : 1;
  const keyed = rows.map((row) => ({ row, key: sortBy(row) }));
  keyed.sort((left, right) => {
    if (left.key === null || right.key === null) return Number(left.key === null) - Number(right.key === null);
    const order =
      typeof left.key === 'number' && typeof right.key === 'number'
        ? left.key - right.key
        : collator.compare(String(left.key), String(right.key));
    return order * direction;
  });
  return keyed.map(({ row }) => row);
}

const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' });

/** A sort as it stands in an address: `name`, or `-name` for descending. */
export function readSort(text: string | undefined): Sort | undefined {
  return text ? { by: text.replace(/^-/, ''), descending: text.startsWith('-') } : undefined;
}

export function writeSort(sort: Sort | undefined): string | null {
  return sort ? `${sort.descending ? '-' : ''}${sort.by}` : null;
}

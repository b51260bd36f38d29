import { Component, signal } from '@angular/core';
import { TestBed, type ComponentFixture } from '@angular/core/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import { DataTable } from './data-table.js';
import { Cell, readSort, sorted, writeSort, type Column, type Section, type Sort } from './table-parts.js';

interface City {
  name: string;
  size: number | null;
}

const rome = { name: 'Rome', size: 2 };
const oslo = { name: 'oslo', size: null };
const bern = { name: 'Bern', size: 10 };
const columns: Column<City>[] = [
  { name: 'name', title: 'Name', sortBy: ({ name }) => name },
  { name: 'size', title: 'Size', sortBy: ({ size }) => size },
];

@Component({
  imports: [Cell, DataTable],
  template: `
    <cs-table
      label="Cities"
      [columns]="columns"
      [rows]="rows"
      [sections]="sections()"
      [keyOf]="keyOf"
      [(sort)]="sort"
      [(folded)]="folded"
    >
      <a *csCell="let city of rows; column: 'name'" href="#here">{{ city.name }}</a>
      <b *csCell="let city of rows; column: 'size'">{{ city.size }}</b>
    </cs-table>
  `,
})
class Host {
  columns = columns;
  rows: City[] = [rome, oslo, bern];
  sections = signal<Section<City>[] | undefined>(undefined);
  sort = signal<Sort | undefined>(undefined);
  folded = signal<readonly string[]>([]);
  keyOf = (city: City) => city.name;
}

describe('a table', () => {
  let fixture: ComponentFixture<Host>;
  const table = () => fixture.nativeElement as HTMLElement;
  const names = () => [...table().querySelectorAll('[role=cell] a')].map((link) => link.textContent);
  const press = (text: string) => {
    const button = [...table().querySelectorAll('button')].find((each) => each.textContent.includes(text));
    button?.click();
    fixture.detectChanges();
  };

  beforeEach(() => {
    fixture = TestBed.createComponent(Host);
    fixture.detectChanges();
  });

  it('is a table for assistive technology', () => {
    expect(table().querySelector('[role=table]')?.getAttribute('aria-rowcount')).toBe('4');
    expect(table().querySelectorAll('[role=columnheader]')).toHaveLength(2);
    expect(table().querySelectorAll('[role=row]')[1]?.getAttribute('aria-rowindex')).toBe('2');
  });

  it('sorts by the pressed column, then the other way round', () => {
    press('Name');
    expect(names()).toEqual(['Bern', 'oslo', 'Rome']);
    press('Name');
    expect(names()).toEqual(['Rome', 'oslo', 'Bern']);
    expect(table().querySelector('[role=columnheader]')?.getAttribute('aria-sort')).toBe('descending');
  });

  it('puts what has no value last, either way', () => {
    expect(sorted([oslo, rome, bern], columns, { by: 'size', descending: false })).toEqual([rome, bern, oslo]);
    expect(sorted([oslo, rome, bern], columns, { by: 'size', descending: true })).toEqual([bern, rome, oslo]);
    expect(sorted([oslo, rome], columns, { by: 'gone', descending: true })).toEqual([oslo, rome]);
  });

  it('folds its sections', () => {
    fixture.componentInstance.sections.set([
      { key: 'south', title: 'South', rows: [rome] },
      { key: 'north', title: 'North', rows: [oslo, bern] },
    ]);
    fixture.detectChanges();
    expect(names()).toEqual(['Rome', 'oslo', 'Bern']);
    press('North');
    expect(names()).toEqual(['Rome']);
    expect(fixture.componentInstance.folded()).toEqual(['north']);
  });

  it('follows a row’s link when the row is clicked', () => {
    let followed = 0;
    table()
      .querySelector('[role=cell] a')
      ?.addEventListener('click', () => followed++);
    table().querySelector<HTMLElement>('[role=cell] b')?.click();
    expect(followed).toBe(1);
  });

  it('keeps its sort in the address', () => {
    for (const sort of [{ by: 'name', descending: false }, { by: 'size', descending: true }, undefined]) {
      expect(readSort(writeSort(sort) ?? undefined)).toEqual(sort);
    }
  });
});

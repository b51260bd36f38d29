import { TestBed } from '@angular/core/testing';
import { describe, expect, it } from 'vitest';
import { StateBadge } from './state-badge.js';

const states = ['healthy', 'degraded', 'unhealthy', 'unknown'] as const;

describe('a state', () => {
  function shown(inputs: Record<string, unknown>): HTMLElement {
    const fixture = TestBed.createComponent(StateBadge);
    for (const [name, value] of Object.entries(inputs)) fixture.componentRef.setInput(name, value);
    fixture.detectChanges();
    return fixture.nativeElement as HTMLElement;
  }

  it('has a shape of its own beside its word', () => {
    const shapes = states.map((state) => shown({ state }).querySelector('path')?.getAttribute('d'));
    expect(new Set(shapes).size).toBe(states.length);
    expect(states.map((state) => shown({ state }).textContent.trim())).toEqual([
      'Healthy',
      'Degraded',
      'Unhealthy',
      'Unknown',
    ]);
  });

  it('keeps its word for assistive technology when only the shape is seen', () => {
    expect(shown({ state: 'degraded', look: 'icon' }).querySelector('.cs-visually-hidden')?.textContent).toBe(
      'Degraded',
    );
  });

  it('can be called something else', () => {
    expect(shown({ state: 'healthy', label: 'Passed' }).textContent.trim()).toBe('Passed');
  });
});

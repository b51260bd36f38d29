import { TestBed, type ComponentFixture } from '@angular/core/testing';
import { provideRouter } from '@angular/router';
import type { Dependency, DependencyGraph, LiveMessage, State } from '@checkstack/api';
import { Subject } from 'rxjs';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { Api } from '../api/api.js';
import { Live } from '../live/live.js';
import { Session } from '../session/session.js';
import { countWords } from './dependency-words.js';
import { SystemDependencies } from './system-dependencies.js';

function makeDependency(downstream: string, upstream: string, more: Partial<Dependency> = {}): Dependency {
  return {
    id: `${downstream} ${upstream}`,
    downstream: { id: downstream, name: downstream },
    upstream: { id: upstream, name: upstream },
    impact: 'critical',
    transitive: true,
    label: '',
    rules: [],
    effect: null,
    createdAt: '2026-01-01T00:00:00Z',
    version: 1,
    ...more,
  };
}

function makeSystem(name: string, shown: State, own = shown): DependencyGraph['systems'][number] {
  const now = (state: State) => ({ state, since: null, reason: null });
  return { id: name, name, state: now(shown), own: now(own) };
}

describe('the dependencies of a system', () => {
  const messages = new Subject<LiveMessage>();
  let graph: DependencyGraph;
  let mayManage: boolean;
  let fixture: ComponentFixture<SystemDependencies>;

  beforeEach(() => {
    mayManage = true;
    graph = {
      systems: [
        makeSystem('Shop', 'unhealthy', 'healthy'),
        makeSystem('Bank', 'unhealthy'),
        makeSystem('App', 'healthy'),
      ],
      dependencies: [
        makeDependency('Shop', 'Bank', {
          label: 'Cards',
          effect: {
            dependencyId: 'Shop Bank',
            system: { id: 'Bank', name: 'Bank' },
            state: 'unhealthy',
            reason: 'Bank is unhealthy: Refused',
          },
        }),
        makeDependency('App', 'Shop', { impact: 'informational' }),
        // Further away: for the map, not for this page.
        makeDependency('Kiosk', 'App'),
      ],
    };
    TestBed.configureTestingModule({
      providers: [
        provideRouter([]),
        { provide: Api, useValue: { call: async () => graph } },
        { provide: Session, useValue: { may: () => mayManage } },
        { provide: Live, useValue: { messages, topic: () => messages, hearing: () => Promise.resolve() } },
      ],
    });
  });

  const open = () => {
    fixture = TestBed.createComponent(SystemDependencies);
    fixture.componentRef.setInput('system', { id: 'Shop', name: 'Shop' });
  };
  const page = () => fixture.nativeElement as HTMLElement;
  const told = (list: Element) => [...list.querySelectorAll('li p')].map(({ textContent }) => words(textContent));
  const shows = (...expected: string[][]) =>
    vi.waitFor(() => {
      fixture.detectChanges();
      expect([...page().querySelectorAll('cs-dependency-list')].map(told)).toEqual(expected);
    });
  const words = (text: string | null) => (text ?? '').replace(/\s+/g, ' ').trim();

  it('say what it needs and what needs it, what comes of it, and how it is by itself', async () => {
    open();
    await shows(
      ['Bank critical', 'Cards', 'Makes this system unhealthy. Bank is unhealthy: Refused'],
      ['App informational'],
    );
    expect(words(page().querySelector('.own')?.textContent ?? null)).toBe('By its own checks it is Healthy');
    expect(page().querySelectorAll('button[aria-label^="What to do with the dependency"]')).toHaveLength(2);
  });

  it('are read again when a system among them turns', async () => {
    open();
    await shows(
      ['Bank critical', 'Cards', 'Makes this system unhealthy. Bank is unhealthy: Refused'],
      ['App informational'],
    );
    graph = {
      systems: graph.systems.map(({ name }) => makeSystem(name, 'healthy')),
      dependencies: graph.dependencies.map((dependency) => ({ ...dependency, effect: null })),
    };
    const state = { state: 'healthy', since: null, reason: null } as const;
    messages.next({ type: 'state', subject: { kind: 'system', id: 'Bank' }, state });
    await shows(['Bank critical', 'Cards'], ['App informational']);
    expect(page().querySelector('.own')).toBeNull();
  });

  it('cannot be changed by those who may not', async () => {
    mayManage = false;
    open();
    await shows(
      ['Bank critical', 'Cards', 'Makes this system unhealthy. Bank is unhealthy: Refused'],
      ['App informational'],
    );
    expect(page().querySelectorAll('button')).toHaveLength(0);
  });

  it('tell how they count', () => {
    const rule = { checkId: '1', checkName: 'API', from: 'unhealthy', impact: 'critical', state: 'unknown' } as const;
    const given = { impact: 'degraded', transitive: false, rules: [] } as const;
    expect(countWords({ ...given, rules: [] })).toBe('degrading · its own checks only');
    expect(countWords({ ...given, transitive: true, rules: [rule, { ...rule, checkName: null }] })).toBe(
      'counts API, a deleted check',
    );
  });
});

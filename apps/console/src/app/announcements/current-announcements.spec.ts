import { signal } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { routes, type LiveMessage, type Route, type ShownAnnouncement } from '@checkstack/api';
import { Subject } from 'rxjs';
import { beforeEach, expect, it, vi } from 'vitest';
import { Api } from '../api/api.js';
import { Live } from '../live/live.js';
import { Session } from '../session/session.js';
import { Toasts } from '../ui/toasts.js';
import { AnnouncementsHere } from './announcements-here.js';

const announcement = (message: string, more: Partial<ShownAnnouncement> = {}): ShownAnnouncement => ({
  id: message,
  message,
  severity: 'info',
  place: 'banner',
  from: '2030-01-01T00:00:00Z',
  until: null,
  dismissible: true,
  version: 1,
  ...more,
});

let items: ShownAnnouncement[];
let dismissed: unknown[];
const messages = new Subject<LiveMessage>();

beforeEach(() => {
  items = [
    announcement('Banner'),
    announcement('Stays', { dismissible: false }),
    announcement('Card', { place: 'dashboard' }),
  ];
  dismissed = [];
  const call = async (route: Route, given?: { params?: unknown }) => {
    if (route === routes.announcements.current) return { items, nextChangeAt: null };
    dismissed.push(given?.params);
    return undefined;
  };
  TestBed.configureTestingModule({
    providers: [
      { provide: Api, useValue: { call } },
      { provide: Live, useValue: { messages, topic: () => messages, hearing: async () => undefined } },
      { provide: Session, useValue: { user: signal({ id: 'me' }) } },
      { provide: Toasts, useValue: { failed: vi.fn() } },
    ],
  });
});

function show(place: 'banner' | 'dashboard' | 'all'): HTMLElement {
  const fixture = TestBed.createComponent(AnnouncementsHere);
  fixture.componentRef.setInput('place', place);
  return fixture.nativeElement as HTMLElement;
}

const textsIn = (element: HTMLElement) =>
  [...element.querySelectorAll('cs-markdown')].map(({ textContent }) => textContent.trim());

it('shows each in its place', async () => {
  const [banner, dashboard, all] = [show('banner'), show('dashboard'), show('all')];
  await vi.waitFor(() => expect(textsIn(banner)).toEqual(['Banner', 'Stays']));
  await vi.waitFor(() => expect(textsIn(dashboard)).toEqual(['Card']));
  await vi.waitFor(() => expect(textsIn(all)).toEqual(['Banner', 'Stays', 'Card']));
});

it('lets one be put away, where that may be, at once', async () => {
  const banner = show('banner');
  await vi.waitFor(() => expect(banner.querySelectorAll('button')).toHaveLength(1));
  banner.querySelector('button')?.click();
  await vi.waitFor(() => expect(textsIn(banner)).toEqual(['Stays']));
  expect(dismissed).toEqual([{ id: 'Banner' }]);
});

it('is read again when something is announced', async () => {
  const banner = show('banner');
  await vi.waitFor(() => expect(textsIn(banner)).toHaveLength(2));
  items = [announcement('News')];
  messages.next({ type: 'changed', thing: 'announcement', id: 'x' });
  await vi.waitFor(() => expect(textsIn(banner)).toEqual(['News']));
});

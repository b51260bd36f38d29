import { TestBed, type ComponentFixture } from '@angular/core/testing';
import { routes, type Route } from '@checkstack/api';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { Api } from '../api/api.js';
import { ApiProblem } from '../api/api-problem.js';
import { makeIncident } from './testing/make-incident.js';
import { UpdateComposer } from './update-composer.js';

describe('writing an update', () => {
  const call = vi.fn<(route: Route, given: { body: unknown }) => Promise<unknown>>();
  const posted = vi.fn();
  let fixture: ComponentFixture<UpdateComposer>;

  beforeEach(async () => {
    call.mockReset().mockResolvedValue({});
    posted.mockReset();
    TestBed.configureTestingModule({ providers: [{ provide: Api, useValue: { call } }] });
    fixture = TestBed.createComponent(UpdateComposer);
    fixture.componentRef.setInput('incident', makeIncident());
    fixture.componentInstance.posted.subscribe(posted);
    await fixture.whenStable();
  });

  const field = () => (fixture.nativeElement as HTMLElement).querySelector('textarea') as HTMLTextAreaElement;
  const write = async (text: string) => {
    field().value = text;
    field().dispatchEvent(new Event('input'));
    await fixture.whenStable();
  };
  const pressCtrlEnter = async () => {
    field().dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', ctrlKey: true, bubbles: true }));
    await fixture.whenStable();
  };

  it('posts it with Ctrl-Enter, and is empty again', async () => {
    await write(' Found it. ');
    expect(fixture.componentInstance.hasChanges()).toBe(true);
    await pressCtrlEnter();
    expect(call).toHaveBeenCalledWith(routes.incidents.post, {
      params: { id: 'i1' },
      body: { body: 'Found it.', audience: 'signed-in' },
    });
    expect(posted).toHaveBeenCalledOnce();
    expect(field().value).toBe('');
    expect(fixture.componentInstance.hasChanges()).toBe(false);
  });

  it('posts nothing where nothing is written', async () => {
    await write('   ');
    await pressCtrlEnter();
    expect(call).not.toHaveBeenCalled();
  });

  it('keeps the text when it could not be posted, and says why', async () => {
    call.mockRejectedValueOnce(new ApiProblem(0, 'unreachable', 'Away', 'Nobody answers.'));
    await write('Important');
    await pressCtrlEnter();
    expect(field().value).toBe('Important');
    expect((fixture.nativeElement as HTMLElement).textContent).toContain('Nobody answers.');
    expect(posted).not.toHaveBeenCalled();
  });
});

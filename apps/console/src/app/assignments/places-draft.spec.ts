import { describe, expect, it } from 'vitest';
import { PlacesDraft, placesOf, type Places } from './places-draft.js';

const locations = [{ id: 'b', name: 'Berlin' }];

describe('where a check runs from', () => {
  it.each<[Partial<Places> & { locations?: typeof locations }, string]>([
    [{ locations }, 'Berlin'],
    [{ satelliteTags: ['eu-edge'] }, 'tag eu-edge'],
    [{ locations, satelliteTags: ['eu-edge'], satellites: 'every' }, 'Berlin, tag eu-edge · every satellite'],
    [{}, 'nowhere'],
  ])('%j is said as %s', (given, said) => {
    expect(placesOf({ locations: [], locationIds: [], satelliteTags: [], satellites: 'one', ...given })).toBe(said);
  });

  it('needs a location or a tag, be it one or the other', () => {
    const draft = new PlacesDraft();
    expect(draft.complaint()).toBe('Choose at least one location or tag.');
    draft.satelliteTags.set(['eu-edge']);
    expect(draft.complaint()).toBe('');
    expect(draft.value()).toEqual({ locationIds: [], satelliteTags: ['eu-edge'], satellites: 'one' });
  });
});

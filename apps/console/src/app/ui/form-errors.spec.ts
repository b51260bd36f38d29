import { FormArray, FormControl, FormGroup } from '@angular/forms';
import { describe, expect, it } from 'vitest';
import { ApiProblem } from '../api/api-problem.js';
import { errorSentence, showRefusal } from './form-errors.js';

describe('a refused form', () => {
  const form = new FormGroup({
    name: new FormControl(''),
    links: new FormArray([new FormGroup({ url: new FormControl('') })]),
  });
  const refused = (...paths: string[]) =>
    new ApiProblem(
      400,
      'invalid',
      'Not accepted',
      'Something is wrong.',
      paths.map((path) => ({ path, message: `Not ${path}.` })),
    );

  it('says at each field what is wrong with it', () => {
    expect(showRefusal(form, refused('name', 'links.0.url'))).toBeUndefined();
    expect(errorSentence(form.controls.name)).toBe('Not name.');
    expect(errorSentence(form.controls.links.at(0).controls.url)).toBe('Not links.0.url.');
  });

  it('says above the form what has no field', () => {
    expect(showRefusal(form, refused('name', 'links.0', 'gone'))).toBe('links.0: Not links.0. gone: Not gone.');
    expect(showRefusal(form, refused())).toBe('Something is wrong.');
    expect(showRefusal(form, 'odd')).toBe('odd');
  });
});

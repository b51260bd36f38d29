import { describe, expect, it } from 'vitest';
import { loginFields } from './login-field.js';

describe('the fields of a login', () => {
  it('follow from its form', () => {
    const form = {
      type: 'object',
      properties: {
        email: { type: 'string', format: 'email', title: 'Mail address' },
        password: { type: 'string', secret: true },
        realm: { type: 'string', description: 'Which directory' },
      },
      required: ['email', 'password'],
    };
    expect(loginFields(form)).toEqual([
      { name: 'email', title: 'Mail address', hint: undefined, isSecret: false, isEmail: true, isRequired: true },
      { name: 'password', title: 'Password', hint: undefined, isSecret: true, isEmail: false, isRequired: true },
      { name: 'realm', title: 'Realm', hint: 'Which directory', isSecret: false, isEmail: false, isRequired: false },
    ]);
  });

  it('may be none', () => {
    expect(loginFields({})).toEqual([]);
  });
});

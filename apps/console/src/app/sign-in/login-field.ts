import * as z from 'zod';

/** What the sign-in page draws of a strategy's JSON Schema: flat fields of text. */
const loginSchema = z.object({
  properties: z
    .record(
      z.string(),
      z.object({
        title: z.string().optional(),
        description: z.string().optional(),
        format: z.string().optional(),
        secret: z.boolean().optional(),
      }),
    )
    .default({}),
  required: z.array(z.string()).default([]),
});

export interface LoginField {
  name: string;
  title: string;
  hint: string | undefined;
  isSecret: boolean;
  isEmail: boolean;
  isRequired: boolean;
}

export function loginFields(form: Record<string, unknown>): LoginField[] {
  const { properties, required } = loginSchema.parse(form);
  return Object.entries(properties).map(([name, { title, description, format, secret }]) => ({
    name,
    title: title ?? name.charAt(0).toUpperCase() + name.slice(1),
    hint: description,
    isSecret: secret === true || format === 'password',
    isEmail: format === 'email',
    isRequired: required.includes(name),
  }));
}

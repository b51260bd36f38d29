import { fileURLToPath } from 'node:url';

/** The root of this checkout, where `npm start` is typed. */
export const checkout = fileURLToPath(new URL('../../../../', import.meta.url)).replace(/\/$/, '');

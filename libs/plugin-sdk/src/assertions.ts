// The browser-safe door: the assertion language, the words it is told in, and what messages are made of.
export * from './assertion.js';
export * from './facts.js';
export { families, importances, type Family, type Importance, type Message } from './message.js';
export * from './sentence.js';
export * from './verdict.js';

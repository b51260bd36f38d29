// The browser-safe door: the assertion language and the words it is told in.
export * from './assertion.js';
export * from './facts.js';
export * from './sentence.js';
export * from './verdict.js';

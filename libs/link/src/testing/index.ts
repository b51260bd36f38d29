// Peers for tests: real sockets, nothing behind them.
export * from './fake-hub.js';
export * from './fake-satellite.js';
export * from './samples.js';

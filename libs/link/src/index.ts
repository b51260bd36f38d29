// The wire between a hub and a satellite.
export * from './dial.js';
export * from './fit-outcome.js';
export * from './frame.js';
export * from './frames.js';
export * from './handshake.js';
export * from './intake.js';
export * from './limits.js';
export * from './link-socket.js';
export * from './phase.js';
export * from './roster.js';

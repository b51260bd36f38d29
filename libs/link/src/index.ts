// The wire between a hub and a satellite.
export * from './frame.js';
export * from './frames.js';
export * from './limits.js';

/** What stands in the way, a sentence a line, for the person who starts the satellite. */
export class StartupError extends Error {
  override readonly name = 'StartupError';
}

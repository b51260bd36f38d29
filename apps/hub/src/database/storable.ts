/** PostgreSQL's text cannot hold U+0000, which a probe's target may well send. */
export function storable(value: string): string {
  return value.replaceAll('\0', '\ufffd');
}

/** At most so many characters, without what databases and wires refuse: U+0000 and halves of characters. */
export function storable(text: string, maxLength: number): string {
  const short = text.length > maxLength ? `${text.slice(0, maxLength - 1)}…` : text;
  return /[\0\ud800-\udfff]/.test(short) ? short.replace(/\0|\p{Surrogate}/gu, '\ufffd') : short;
}

/** Whatever was thrown, as one text; what cannot even be turned into one included. */
export function describeError(error: unknown): string {
  try {
    return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  } catch {
    return 'something that is no error';
  }
}

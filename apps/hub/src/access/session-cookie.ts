/** The cookie holds the session's random value; over plain http (a LAN address) browsers would drop a Secure one. */
export interface SessionCookie {
  name: string;
  set(token: string, maxAgeSeconds: number): string;
  clear(): string;
  read(header: string | undefined): string | undefined;
}

/** `__Host-` binds the cookie to this very host, which browsers grant to Secure cookies only. */
export function sessionCookie(baseUrl: string): SessionCookie {
  const isSecure = baseUrl.startsWith('https:');
  const name = isSecure ? '__Host-checkstack_session' : 'checkstack_session';
  const attributes = `Path=/; HttpOnly; SameSite=Lax${isSecure ? '; Secure' : ''}`;
  return {
    name,
    set: (token, maxAgeSeconds) => `${name}=${token}; Max-Age=${maxAgeSeconds}; ${attributes}`,
    clear: () => `${name}=; Max-Age=0; ${attributes}`,
    read: (header) =>
      header
        ?.split(';')
        .map((pair) => pair.trim())
        .find((pair) => pair.startsWith(`${name}=`))
        ?.slice(name.length + 1),
  };
}

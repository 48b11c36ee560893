/** The addresses of the client. Secrets stand in the fragment only and leave the address bar at once. */
export type Route =
  | { at: 'landing' }
  | { at: 'join'; code: string }
  | { at: 'link'; meeting: string; token: string }
  | { at: 'seat'; seat: string }
  | { at: 'unknown' };

export function routeOf(location: { pathname: string; hash: string }): Route {
  const path = location.pathname.replace(/\/+$/, '') || '/';
  const fragment = location.hash.replace(/^#/, '');
  if (path === '/') return { at: 'landing' };
  if (path === '/j') return fragment ? { at: 'join', code: decode(fragment).toUpperCase() } : { at: 'landing' };
  const link = /^\/m\/([A-Za-z0-9._-]+)$/.exec(path);
  if (link?.[1]) return { at: 'link', meeting: link[1], token: new URLSearchParams(fragment).get('t') ?? '' };
  const seat = /^\/s\/([a-z0-9]{16})(?:\/.*)?$/.exec(path);
  if (seat?.[1]) return { at: 'seat', seat: seat[1] };
  return { at: 'unknown' };
}

export const seatPath = (seat: string) => `/s/${seat}/`;
export const linkPath = (meeting: string, token: string) => `/m/${meeting}#t=${token}`;

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The few HTTP requests of HTTP.md that a browser makes before its live connection. */

export class HttpError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

export interface JoinForm {
  meeting: string;
  title: string;
  networks: { id: string; name: string }[];
  organisations: { id: string; name: string; network: string }[];
  languages: string[];
}
export interface JoinAnswers {
  code: string;
  name: string;
  network: string;
  organisation: string;
  function: string;
  lang: string;
}
export interface Seat {
  meeting: string;
  person: string;
  seat: string;
  /** The personal rejoin link's, after joining by code. */
  token?: string;
}

async function request<T>(path: string, init?: RequestInit): Promise<T> {
  let response: Response;
  try {
    response = await fetch(path, { credentials: 'same-origin', ...init });
  } catch {
    throw new HttpError(0, 'offline', '');
  }
  const body = (await response.json().catch(() => ({}))) as { error?: string; message?: string };
  if (!response.ok) throw new HttpError(response.status, body.error ?? 'unknown', body.message ?? '');
  return body as T;
}
function post<T>(path: string, body: unknown): Promise<T> {
  return request(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
}

export const joinForm = (code: string) => request<JoinForm>(`/api/join/${encodeURIComponent(code)}`);
export const joinMeeting = (answers: JoinAnswers) => post<Seat>('/api/join', answers);
/** Exchanges a link's token for the seat's cookie. */
export const openSeat = (token: string) => post<Seat>('/api/session', { token });

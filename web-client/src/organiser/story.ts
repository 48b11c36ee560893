/** The meeting as a list of events (HTTP.md, events JSON) and what the replay makes of it: rows to read, lanes to look at. */

import { phaseTitle } from '../participant/phases';

export interface StoryEvent {
  seq: number;
  /** Milliseconds of meeting time. */
  at_ms: number;
  person: string;
  /** The command's field name in command.proto. */
  kind: string;
  id: string;
  text: string;
  sentence?: string;
  refusal: string;
}
export interface Story {
  end_ms: number;
  events: StoryEvent[];
  /** text -> Yjs client id -> person. */
  authors: Record<string, Record<string, string>>;
}

export type Subject = 'agenda' | 'votes' | 'texts' | 'posts' | 'people';

const subjects: Record<string, Subject> = {
  meeting_open: 'agenda',
  meeting_close: 'agenda',
  phase_start: 'agenda',
  phase_end: 'agenda',
  timer: 'agenda',
  input_freeze: 'agenda',
  summon: 'agenda',
  projection: 'agenda',
  report_publish: 'agenda',
  replay_start: 'agenda',
  vote_open: 'votes',
  ballot_cast: 'votes',
  vote_close: 'votes',
  vote_reveal: 'votes',
  concerns_hear: 'votes',
  list_freeze: 'votes',
  text_open: 'texts',
  text_edit: 'texts',
  text_revert: 'texts',
  text_freeze: 'texts',
  table_boards: 'texts',
  join: 'people',
  leave: 'people',
  drop: 'people',
  reconnect: 'people',
  role_grant: 'people',
  ready: 'people',
};
export const subjectOf = (kind: string): Subject => subjects[kind] ?? 'posts';
export const wasRefused = (event: StoryEvent): boolean => event.refusal !== '' && event.refusal !== 'REFUSAL_OK';

/** One line of the list: an event, or a stretch of typing of one person in one text. */
export interface Row {
  key: number;
  atMs: number;
  event: StoryEvent;
  /** How many edits it stands for. */
  count: number;
}
export type Filter = 'all' | 'refused' | Subject;

const typingPauseMs = 30_000;

/** The events as lines to read; typing without a pause of half a minute is one line. */
export function rowsOf(events: readonly StoryEvent[], filter: Filter): Row[] {
  const rows: Row[] = [];
  const typing = new Map<string, { row: Row; lastMs: number }>();
  for (const event of events) {
    const refused = wasRefused(event);
    if (filter === 'refused' ? !refused : filter !== 'all' && subjectOf(event.kind) !== filter) continue;
    const typed = event.kind === 'text_edit';
    const who = `${event.person} ${event.id} ${event.refusal}`;
    const running = typed ? typing.get(who) : undefined;
    if (running && event.at_ms - running.lastMs < typingPauseMs) {
      running.row.count += 1;
      running.lastMs = event.at_ms;
      continue;
    }
    const row: Row = { key: event.seq, atMs: event.at_ms, event, count: 1 };
    rows.push(row);
    if (typed) typing.set(who, { row, lastMs: event.at_ms });
  }
  return rows;
}

/** The last row at or before `atMs`; -1: none. Rows are in order of time. */
export function rowAt(rows: readonly Row[], atMs: number): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((rows[middle]?.atMs ?? 0) <= atMs) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** A stretch of the timeline. */
export interface Span {
  id: string;
  title: string;
  fromMs: number;
  toMs: number;
}

/** What starts with `opens` and ends with `closes` (or at the next start, where only one can run, or at the end). */
function spans(story: Story, opens: string, closes: string, exclusive: boolean): Span[] {
  const out: Span[] = [];
  const running = new Map<string, Span>();
  const end = (id: string, atMs: number) => {
    const span = running.get(id);
    if (span) span.toMs = atMs;
    running.delete(id);
  };
  for (const event of story.events) {
    if (wasRefused(event)) continue;
    if (event.kind === opens) {
      if (exclusive) for (const id of [...running.keys()]) end(id, event.at_ms);
      const span = { id: event.id, title: event.text || event.id, fromMs: event.at_ms, toMs: story.end_ms };
      out.push(span);
      running.set(event.id, span);
    } else if (event.kind === closes) end(event.id, event.at_ms);
  }
  return out;
}
export const agendaSpans = (story: Story): Span[] =>
  spans(story, 'phase_start', 'phase_end', true).map((span) => ({ ...span, title: phaseTitle({ phase: span.id, title: span.title }) }));
export const voteSpans = (story: Story): Span[] => spans(story, 'vote_open', 'vote_close', false);

/** How many accepted events that `counts` lie in each of `buckets` equal stretches of the meeting. */
export function density(story: Story, buckets: number, counts: (event: StoryEvent) => boolean): number[] {
  const out = new Array<number>(buckets).fill(0);
  const width = Math.max(1, story.end_ms) / buckets;
  for (const event of story.events) {
    if (wasRefused(event) || !counts(event)) continue;
    const at = Math.min(buckets - 1, Math.max(0, Math.floor(event.at_ms / width)));
    out[at] = (out[at] ?? 0) + 1;
  }
  return out;
}

/** Yjs client ids up to this one are the server's own: seeds and reverts, which nobody typed (meeting/limits.hpp). */
const reservedClientMax = 65_535;
/** Who typed what a Yjs client inserted into `text`; undefined: nobody. */
export function typistOf(story: Story, text: string, client: number): string | undefined {
  return client > reservedClientMax ? story.authors[text]?.[String(client)] : undefined;
}
/** Everybody who typed in `text`, in a fixed order. */
export function typistsOf(story: Story, text: string): string[] {
  const clients = Object.keys(story.authors[text] ?? {}).map(Number);
  return [...new Set(clients.map((client) => typistOf(story, text, client)).filter((person) => person !== undefined))].sort();
}

export function textsOf(story: Story): string[] {
  return [...new Set(story.events.filter((event) => event.kind === 'text_open' && !wasRefused(event)).map((event) => event.id))];
}

/** The moment that an address names (`#at=3600`, seconds); undefined: none. */
export function momentOf(hash: string): number | undefined {
  const at = new URLSearchParams(hash.replace(/^#/, '')).get('at');
  if (at === null || at === '' || !Number.isFinite(Number(at))) return undefined;
  return Math.max(0, Math.round(Number(at) * 1000));
}
export function addressOf(atMs: number, view: string): string {
  return `#at=${Math.round(atMs / 1000)}&view=${encodeURIComponent(view)}`;
}
export function viewOf(hash: string): string | undefined {
  return new URLSearchParams(hash.replace(/^#/, '')).get('view') ?? undefined;
}

export async function readStory(seat: string): Promise<Story> {
  const response = await fetch(`/s/${seat}/events`, { credentials: 'same-origin' });
  if (!response.ok) throw new Error(`events: ${response.status}`);
  return (await response.json()) as Story;
}

import { describe, expect, it } from 'vitest';
import { addressOf, agendaSpans, density, momentOf, rowAt, rowsOf, textsOf, typistOf, typistsOf, viewOf, voteSpans, type Story, type StoryEvent } from './story';

let seq = 0;
function event(atS: number, kind: string, id = '', more: Partial<StoryEvent> = {}): StoryEvent {
  seq += 1;
  return { seq, at_ms: atS * 1000, person: 'P01', kind, id, text: '', refusal: 'REFUSAL_OK', ...more };
}
const story = (events: StoryEvent[], endS = 100): Story => ({ end_ms: endS * 1000, events, authors: {} });

describe('the story of a meeting', () => {
  it('joins the typing of one person in one text until a pause of half a minute', () => {
    const events = [event(0, 'text_edit', 'A1'), event(1, 'text_edit', 'A1', { person: 'P02' }), event(20, 'text_edit', 'A1'), event(60, 'text_edit', 'A1')];
    expect(rowsOf(events, 'all').map((row) => [row.event.person, row.count])).toEqual([['P01', 2], ['P02', 1], ['P01', 1]]);
  });
  it('never joins edits that were refused to those that were accepted', () => {
    const refused = { refusal: 'REFUSAL_TEXT_FROZEN' };
    const events = [event(0, 'text_edit', 'A1'), event(1, 'text_edit', 'A1', refused), event(1, 'text_edit', 'A1', refused)];
    expect(rowsOf(events, 'all')).toHaveLength(2);
    expect(rowsOf(events, 'refused')).toHaveLength(1);
  });
  it('finds the row of a moment', () => {
    const rows = rowsOf([event(1, 'join'), event(5, 'join'), event(5, 'join'), event(9, 'join')], 'people');
    expect([0, 1000, 5000, 8999, 9000].map((at) => rowAt(rows, at))).toEqual([-1, 0, 2, 2, 3]);
  });
  it('ends an agenda item where the next begins, and a vote where it is closed', () => {
    const told = story([event(0, 'phase_start', 'a'), event(10, 'vote_open', 'V1'), event(20, 'phase_start', 'b'), event(30, 'vote_close', 'V1')]);
    expect(agendaSpans(told).map((span) => [span.id, span.fromMs, span.toMs])).toEqual([['a', 0, 20_000], ['b', 20_000, 100_000]]);
    expect(voteSpans(told).map((span) => [span.id, span.toMs])).toEqual([['V1', 30_000]]);
  });
  it('counts typing in equal stretches and leaves out what was refused', () => {
    const told = story([event(0, 'text_edit'), event(99, 'text_edit'), event(100, 'text_edit'), event(50, 'text_edit', '', { refusal: 'REFUSAL_TEXT_FROZEN' })]);
    expect(density(told, 4, (one) => one.kind === 'text_edit')).toEqual([1, 0, 0, 2]);
  });
  it('takes what the server itself wrote for nobody’s', () => {
    const told = { ...story([]), authors: { A1: { '35997': 'F1', '2044231183': 'P60' } } };
    expect([typistOf(told, 'A1', 35997), typistOf(told, 'A1', 2044231183), typistOf(told, 'A1', 70000)]).toEqual([undefined, 'P60', undefined]);
    expect(typistsOf(told, 'A1')).toEqual(['P60']);
  });
  it('names each text once', () => {
    expect(textsOf(story([event(0, 'text_open', 'A1'), event(1, 'text_open', 'A1', { refusal: 'REFUSAL_ID_TAKEN' })]))).toEqual(['A1']);
  });
  it('reads the moment from the address that it wrote', () => {
    const address = addressOf(3_600_000, 'texts');
    expect([momentOf(address), viewOf(address)]).toEqual([3_600_000, 'texts']);
    expect(momentOf('#at=soon')).toBeUndefined();
    expect(momentOf('')).toBeUndefined();
  });
});

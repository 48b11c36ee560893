import { create } from '@atelier/sdk';
import { MeetingViewSchema, PhaseViewSchema, PhaseView_State, type PhaseView } from '@atelier/sdk';
import { describe, expect, it } from 'vitest';
import { runSheet } from './run_sheet';

const minute = 60_000;
const meeting = create(MeetingViewSchema, { openedMs: 0n });
function phase(name: string, order: number, state: PhaseView_State, startedMin = 0, endedMin = 0): PhaseView {
  return create(PhaseViewSchema, {
    phase: name,
    title: name,
    order,
    state,
    plannedStartsS: order * 600,
    plannedEndsS: (order + 1) * 600,
    startedMs: BigInt(startedMin * minute),
    endedMs: BigInt(endedMin * minute),
  });
}
const { DONE, NOW, LATER } = PhaseView_State;

describe('the run sheet', () => {
  it('sorts by the agenda, not by arrival', () => {
    const sheet = runSheet([phase('b', 1, LATER), phase('a', 0, LATER)], meeting, 0);
    expect(sheet.rows.map((row) => row.phase)).toEqual(['a', 'b']);
    expect(sheet.next?.phase).toBe('a');
  });
  it('counts the minutes that an item took and those that the running one has taken', () => {
    const sheet = runSheet([phase('a', 0, DONE, 0, 12), phase('b', 1, NOW, 12)], meeting, 15 * minute);
    expect(sheet.rows.map((row) => row.actualMinutes)).toEqual([12, 3]);
    expect(sheet.now?.startedLateMinutes).toBe(2);
  });
  it('adds the late start and the time over to the drift', () => {
    const sheet = runSheet([phase('a', 0, DONE, 0, 12), phase('b', 1, NOW, 12)], meeting, 25 * minute);
    expect(sheet.driftMinutes).toBe(2 + 3);
  });
  it('goes back to the item before the running one and forward to the one after it', () => {
    const sheet = runSheet([phase('a', 0, DONE, 0, 9), phase('b', 1, NOW, 9), phase('c', 2, LATER)], meeting, 9 * minute);
    expect([sheet.previous?.phase, sheet.next?.phase]).toEqual(['a', 'c']);
  });
  it('between two items, the next is the one after the last that ended', () => {
    const sheet = runSheet([phase('a', 0, DONE, 0, 9), phase('b', 1, LATER)], meeting, 9 * minute);
    expect([sheet.now, sheet.previous?.phase, sheet.next?.phase]).toEqual([undefined, 'a', 'b']);
  });
});

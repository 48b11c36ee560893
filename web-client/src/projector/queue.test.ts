import { create } from '@atelier/sdk';
import { EntitySchema, EntityStore, PhaseView_State, VoteView_State, type Entity } from '@atelier/sdk';
import { describe, expect, it } from 'vitest';
import { Entities } from '../shell/live.svelte';
import { currentSlide, screenQueue } from './queue';

function meeting(projectionKind = '', projectionId = '', vote = {}) {
  const store = new EntityStore();
  const put = (key: string, kind: unknown) => store.apply(create(EntitySchema, { key, kind: kind as Entity['kind'] }));
  put('meeting', { case: 'meeting', value: { title: 'M', projectionKind, projectionId } });
  put('text/A1', { case: 'text', value: { id: 'A1', title: 'First', order: 0 } });
  put('vote/V1', { case: 'vote', value: { rules: { vote: 'V1', question: 'Well?' }, state: VoteView_State.OPEN, openedMs: 50n, ...vote } });
  put('phase/p', { case: 'phase', value: { phase: 'p', title: 'Now', state: PhaseView_State.NOW, startedMs: 10n } });
  return new Entities(store);
}

describe('what the room sees', () => {
  it('is an open vote, unless the facilitator chose something else', () => {
    expect(currentSlide(meeting())).toMatchObject({ kind: 'vote', id: 'V1' });
    expect(currentSlide(meeting('text', 'A1'))).toMatchObject({ kind: 'text', title: 'First' });
    expect(currentSlide(meeting('agenda'))).toMatchObject({ kind: 'agenda' });
  });
  it('stays at the vote of the running item until it is over, and leaves one of an earlier item', () => {
    expect(currentSlide(meeting('', '', { state: VoteView_State.CLOSED }))).toMatchObject({ kind: 'vote' });
    expect(currentSlide(meeting('', '', { state: VoteView_State.RESULT, openedMs: 9n }))).toMatchObject({ kind: 'agenda', title: 'Now' });
  });
  it('falls back when what was chosen is not there any more', () => {
    expect(currentSlide(meeting('text', 'gone'))).toMatchObject({ kind: 'vote' });
  });
  it('goes round: after the last comes the first', () => {
    expect(screenQueue(meeting('text', 'A1')).next).toMatchObject({ kind: 'agenda' });
    expect(screenQueue(meeting('agenda')).next).toMatchObject({ kind: 'vote' });
  });
});

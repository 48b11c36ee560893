import { PhaseView_State, VoteView_State, type VoteView } from '@atelier/sdk';
import { phaseTitle } from '../participant/phases';
import { questionOf } from '../results/rows';
import type { Entities } from '../shell/live.svelte';

/** Something that the projector can show. Kinds as in command.proto's Projection. */
export interface Slide {
  kind: 'agenda' | 'vote' | 'text' | 'question' | 'practice' | 'report';
  id: string;
  title: string;
}
type Store = Pick<Entities, 'get' | 'all' | 'meeting' | 'phases'>;

function voteSlide(vote: VoteView): Slide {
  return { kind: 'vote', id: vote.rules?.vote ?? '', title: questionOf(vote) };
}

/** The newest vote of the running item: while it runs, while its result is awaited, and then its result. */
function voteOfThisItem(store: Store): VoteView | undefined {
  const running = store.phases.find((phase) => phase.state === PhaseView_State.NOW);
  const newest = [...store.all('vote')].sort((a, b) => Number(b.openedMs - a.openedMs))[0];
  if (!newest) return undefined;
  const isOpen = newest.state === VoteView_State.OPEN;
  return isOpen || (running && newest.openedMs >= running.startedMs) ? newest : undefined;
}

/**
 * What the room sees now: what the facilitator chose, as long as it exists; else what the meeting does, which is the vote of
 * the running item, or the item itself.
 */
export function currentSlide(store: Store): Slide {
  const meeting = store.meeting;
  const chosen = slides(store).find((slide) => slide.kind === meeting?.projectionKind && slide.id === meeting.projectionId);
  if (chosen) return chosen;
  const vote = voteOfThisItem(store);
  const running = store.phases.find((phase) => phase.state === PhaseView_State.NOW);
  return vote ? voteSlide(vote) : { kind: 'agenda', id: '', title: (running && phaseTitle(running)) ?? meeting?.title ?? '' };
}

/** Everything that can be shown, in the order in which a facilitator would want it. */
export function slides(store: Store): Slide[] {
  const votes = [...store.all('vote')].sort((a, b) => Number(b.openedMs - a.openedMs));
  const texts = [...store.all('text')].sort((a, b) => a.order - b.order);
  const questions = [...store.all('question')].sort((a, b) => b.upvotes - a.upvotes || Number(a.postedMs - b.postedMs));
  const practices = [...store.all('practice')].sort((a, b) => a.order - b.order);
  const running = store.phases.find((phase) => phase.state === PhaseView_State.NOW);
  return [
    { kind: 'agenda', id: '', title: (running && phaseTitle(running)) ?? store.meeting?.title ?? '' },
    ...votes.map(voteSlide),
    ...texts.map((text): Slide => ({ kind: 'text', id: text.id, title: text.title || text.id })),
    ...questions.map((question): Slide => ({ kind: 'question', id: question.id, title: question.text })),
    ...practices.map((practice): Slide => ({ kind: 'practice', id: practice.practice?.id ?? '', title: practice.practice?.title ?? '' })),
  ];
}

/** What is on screen and what 'show next' would put there: the slide after it, the first one after the last. */
export function screenQueue(store: Store): { now: Slide; next: Slide | undefined } {
  const now = currentSlide(store);
  const all = slides(store);
  const here = all.findIndex((slide) => slide.kind === now.kind && slide.id === now.id);
  const next = all[(here + 1) % all.length];
  return { now, next: next && (next.kind !== now.kind || next.id !== now.id) ? next : undefined };
}

import {
  MeetingView_State,
  Timer_Action,
  TimerView_State,
  VoteMethod,
  VoteView_State,
  newId,
  type CommandCase,
  type CommandFields,
  type Outcome,
  type VoteView,
} from '@atelier/sdk';
import { facilitator as m } from '../messages/facilitator';
import type { Entities } from '../shell/live.svelte';
import { screenQueue } from '../projector/queue';
import { runSheet } from './run_sheet';

/** Asks the server for something. Live sessions do; a replay has none. */
export type Ask = <C extends CommandCase>(kind: C, fields: CommandFields<C>) => Promise<Outcome>;
export type Group = 'agenda' | 'vote' | 'timer' | 'texts' | 'room' | 'screen';

/** Something that a facilitator can do now: a button, a key and an entry of the palette are three faces of it. */
export interface Action {
  id: string;
  group: Group;
  label: string;
  /** One key, as KeyboardEvent.key gives it in lower case. Empty: only by palette or button. */
  key: string;
  enabled: boolean;
  /** For what is on or off. */
  pressed?: boolean;
  primary?: boolean;
  /** Asked before it is done. */
  confirm?: string;
  run(): Promise<Done | undefined>;
}
/** What was done, and how to take it back. */
export interface Done {
  said: string;
  outcome: Outcome;
  undo?: (() => Promise<Outcome>) | undefined;
}
export interface Context {
  entities: Entities;
  ask: Ask;
  nowMs: number;
  openVoteDialog(): void;
  openPalette(): void;
}

/** The vote that the buttons act on: the newest one that is not over. */
export function currentVote(votes: readonly VoteView[]): VoteView | undefined {
  const order = [...votes].sort((a, b) => Number(b.openedMs - a.openedMs));
  return (
    order.find((vote) => vote.state === VoteView_State.OPEN) ??
    order.find((vote) => vote.state !== VoteView_State.OPEN && !vote.revealed)
  );
}

/** Options of a fist-to-five vote that did not pass: a second vote may be held on them after the concerns were heard. */
export function notPassed(vote: VoteView | undefined): string[] {
  if (vote?.rules?.method !== VoteMethod.FIST_TO_FIVE || vote.rules.secondOf || vote.state !== VoteView_State.RESULT) return [];
  return (vote.result?.options ?? []).filter((option) => !option.passed).map((option) => option.option);
}

export function actionsOf(context: Context): Action[] {
  return [
    ...agendaActions(context),
    ...voteActions(context),
    ...timerActions(context),
    ...textActions(context),
    ...roomActions(context),
    ...screenActions(context),
  ];
}

async function done(said: string, asked: Promise<Outcome>, undo?: () => Promise<Outcome>): Promise<Done> {
  return { said, outcome: await asked, undo };
}

function agendaActions({ entities, ask, nowMs }: Context): Action[] {
  const meeting = entities.meeting;
  const sheet = runSheet(entities.phases, meeting, nowMs);
  const isOpen = meeting?.state === MeetingView_State.OPEN;
  const start = async (phase: string, title: string, minutes: number, from: string | undefined) => {
    const outcome = await ask('phaseStart', { phase, minutes, rounds: entities.get('phase', phase)?.rounds ?? 0 });
    if (outcome.accepted && minutes > 0) void ask('timer', { action: Timer_Action.START, seconds: minutes * 60 });
    const back = from ? () => ask('phaseStart', { phase: from, minutes: entities.get('phase', from)?.minutes ?? 0, rounds: 0 }) : undefined;
    return { said: m.did.phase(title), outcome, undo: back };
  };
  const { next, previous, now } = sheet;
  const step = (row: typeof next) => async () => (row ? start(row.phase, row.title, row.plannedMinutes, now?.phase) : undefined);
  const actions: Action[] = [
    { id: 'next', group: 'agenda', key: 'n', label: next ? m.act.nextNamed(next.title) : m.act.next, enabled: isOpen && !!next, primary: true, run: step(next) },
    { id: 'back', group: 'agenda', key: 'b', label: previous ? m.act.backNamed(previous.title) : m.act.back, enabled: isOpen && !!previous, run: step(previous) },
    {
      id: 'end-phase',
      group: 'agenda',
      key: 'e',
      label: m.act.endPhase,
      enabled: isOpen && !!now,
      run: async () => now && done(m.did.endPhase(now.title), ask('phaseEnd', { phase: now.phase }), () => ask('phaseStart', { phase: now.phase, minutes: now.plannedMinutes, rounds: 0 })),
    },
  ];
  if (meeting?.state === MeetingView_State.CREATED) {
    actions.unshift({ id: 'open-meeting', group: 'agenda', key: 'o', label: m.act.openMeeting, enabled: true, primary: true, run: () => done(m.did.openMeeting, ask('meetingOpen', { title: meeting.title })) });
  }
  if (isOpen) {
    actions.push({ id: 'close-meeting', group: 'agenda', key: '', label: m.act.closeMeeting, enabled: true, confirm: m.act.closeMeetingSure, run: () => done(m.did.closeMeeting, ask('meetingClose', {})) });
  }
  return actions;
}

function voteActions({ entities, ask, openVoteDialog }: Context): Action[] {
  const isOpen = entities.meeting?.state === MeetingView_State.OPEN;
  const votes = entities.all('vote');
  const vote = currentVote(votes);
  const id = vote?.rules?.vote ?? '';
  const running = vote?.state === VoteView_State.OPEN;
  const last = [...votes].sort((a, b) => Number(b.openedMs - a.openedMs))[0];
  const again = notPassed(last);
  const secondVote = async () => {
    const rules = last?.rules;
    if (!rules) return undefined;
    const heard = await ask('concernsHear', { vote: rules.vote, options: again });
    if (!heard.accepted) return { said: m.act.secondVote, outcome: heard };
    const second = {
      ...rules,
      vote: newId('V'),
      options: rules.options.filter((option) => again.includes(option.id)),
      secondOf: rules.vote,
      belowMaxPercent: 0,
      sealingKey: new Uint8Array(),
    };
    return done(m.did.voteOpened, ask('voteOpen', second));
  };
  return [
    { id: 'new-vote', group: 'vote', key: 'v', label: m.act.newVote, enabled: isOpen && !running, run: async () => void openVoteDialog() },
    { id: 'close-vote', group: 'vote', key: 'c', label: m.act.closeVote, enabled: !!running, primary: !!running, run: () => done(m.did.voteClosed, ask('voteClose', { vote: id })) },
    { id: 'reveal', group: 'vote', key: 'r', label: m.act.reveal, enabled: !!vote && vote.state === VoteView_State.RESULT && !vote.revealed, primary: !!vote && !running, run: () => done(m.did.revealed, ask('voteReveal', { vote: id })) },
    { id: 'second-vote', group: 'vote', key: '', label: m.act.secondVote, enabled: isOpen && again.length > 0, run: secondVote },
  ];
}

function timerActions({ entities, ask }: Context): Action[] {
  const isOpen = entities.meeting?.state === MeetingView_State.OPEN;
  const timer = entities.meeting?.timer;
  const running = timer?.state === TimerView_State.RUNNING;
  const paused = timer?.state === TimerView_State.PAUSED;
  const act = (action: Timer_Action, seconds = 0, undo?: Timer_Action) => () =>
    done(m.did.timer, ask('timer', { action, seconds }), undo === undefined ? undefined : () => ask('timer', { action: undo, seconds: 0 }));
  const longer = (minutes: number): Action => ({
    id: `plus-${minutes}`,
    group: 'timer',
    key: String(minutes),
    label: m.act.plus(minutes),
    enabled: isOpen,
    run: act(running || paused ? Timer_Action.EXTEND : Timer_Action.START, minutes * 60),
  });
  return [
    longer(1),
    longer(2),
    longer(5),
    paused
      ? { id: 'resume', group: 'timer', key: 'p', label: m.act.resume, enabled: isOpen, run: act(Timer_Action.RESUME, 0, Timer_Action.PAUSE) }
      : { id: 'pause', group: 'timer', key: 'p', label: m.act.pause, enabled: running, run: act(Timer_Action.PAUSE, 0, Timer_Action.RESUME) },
    { id: 'stop-timer', group: 'timer', key: '', label: m.act.stopTimer, enabled: running || paused, run: act(Timer_Action.STOP) },
  ];
}

function textActions({ entities, ask }: Context): Action[] {
  const texts = entities.all('text');
  const open = texts.filter((text) => !text.frozen).map((text) => text.id);
  const frozen = texts.filter((text) => text.frozen).map((text) => text.id);
  const set = (ids: string[], freeze: boolean) => ask('textFreeze', { texts: ids, frozen: freeze });
  return [
    open.length > 0 || texts.length === 0
      ? { id: 'freeze-texts', group: 'texts', key: 't', label: m.act.freezeTexts, enabled: open.length > 0, pressed: false, run: () => done(m.did.frozen, set(open, true), () => set(open, false)) }
      : { id: 'unfreeze-texts', group: 'texts', key: 't', label: m.act.unfreezeTexts, enabled: true, pressed: true, run: () => done(m.did.unfrozen, set(frozen, false), () => set(frozen, true)) },
  ];
}

function roomActions({ entities, ask }: Context): Action[] {
  const meeting = entities.meeting;
  const isOpen = meeting?.state === MeetingView_State.OPEN;
  const frozen = meeting?.inputFrozen ?? false;
  const summoned = meeting?.summoned ?? false;
  return [
    {
      id: 'freeze-all',
      group: 'room',
      key: 'f',
      label: frozen ? m.act.unfreezeAll : m.act.freezeAll,
      enabled: isOpen,
      pressed: frozen,
      run: () => done(frozen ? m.did.allUnfrozen : m.did.allFrozen, ask('inputFreeze', { frozen: !frozen }), () => ask('inputFreeze', { frozen })),
    },
    {
      id: 'summon',
      group: 'room',
      key: 'g',
      label: summoned ? m.act.release : m.act.summon,
      enabled: isOpen,
      pressed: summoned,
      run: () => done(summoned ? m.did.released : m.did.summoned, ask('summon', { active: !summoned }), () => ask('summon', { active: summoned })),
    },
  ];
}

function screenActions({ entities, ask, openPalette }: Context): Action[] {
  const meeting = entities.meeting;
  const before = { kind: meeting?.projectionKind ?? '', id: meeting?.projectionId ?? '' };
  const { next } = screenQueue(entities);
  const show = (kind: string, id: string) => done(m.did.shown, ask('projection', { kind, id }), () => ask('projection', before));
  return [
    { id: 'show-next', group: 'screen', key: 's', label: m.act.showNext, enabled: !!next, run: async () => next && show(next.kind, next.id) },
    { id: 'follow', group: 'screen', key: 'a', label: m.act.showRunning, enabled: before.kind !== '', run: () => show('', '') },
    { id: 'palette', group: 'screen', key: '', label: m.act.palette, enabled: true, run: async () => void openPalette() },
  ];
}


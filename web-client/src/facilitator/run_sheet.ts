import { PhaseView_State, type MeetingView, type PhaseView } from '@atelier/sdk';
import { phaseTitle } from '../participant/phases';

export interface RunSheetRow {
  phase: string;
  title: string;
  state: 'done' | 'now' | 'later';
  /** Minutes that the agenda gives it (or the facilitator gave it at its start). */
  plannedMinutes: number;
  /** Minutes that it took, or has taken until now; undefined: not started. */
  actualMinutes: number | undefined;
  /** Minutes after its planned start (negative: before); undefined: not started. */
  startedLateMinutes: number | undefined;
}

export interface RunSheet {
  rows: RunSheetRow[];
  now: RunSheetRow | undefined;
  next: RunSheetRow | undefined;
  previous: RunSheetRow | undefined;
  /** How late the meeting runs: the running item's late start plus what it takes over its time; 0 before the opening. */
  driftMinutes: number;
}

const msPerMinute = 60_000;

function minutesBetween(fromMs: number, toMs: number): number {
  return Math.max(0, Math.round((toMs - fromMs) / msPerMinute));
}

function rowOf(phase: PhaseView, openedMs: number, nowMs: number): RunSheetRow {
  const started = Number(phase.startedMs);
  const hasStarted = phase.state === PhaseView_State.NOW || phase.state === PhaseView_State.DONE;
  const ended = phase.state === PhaseView_State.DONE ? Number(phase.endedMs) : nowMs;
  const fromAgenda = Math.round((phase.plannedEndsS - phase.plannedStartsS) / 60);
  return {
    phase: phase.phase,
    title: phaseTitle(phase),
    state: phase.state === PhaseView_State.NOW ? 'now' : hasStarted ? 'done' : 'later',
    plannedMinutes: phase.minutes || fromAgenda,
    actualMinutes: hasStarted ? minutesBetween(started, ended) : undefined,
    startedLateMinutes: hasStarted
      ? Math.round((started - openedMs) / msPerMinute - phase.plannedStartsS / 60)
      : undefined,
  };
}

/** The agenda with what was planned and what came of it. `nowMs` is record time. */
export function runSheet(phases: readonly PhaseView[], meeting: MeetingView | undefined, nowMs: number): RunSheet {
  const ordered = [...phases].sort((a, b) => a.order - b.order);
  const rows = ordered.map((phase) => rowOf(phase, Number(meeting?.openedMs ?? 0n), nowMs));
  const running = rows.findIndex((row) => row.state === 'now');
  const lastDone = rows.findLastIndex((row) => row.state === 'done');
  const here = running >= 0 ? running : lastDone;
  const now = rows[running];
  const over = now ? Math.max(0, (now.actualMinutes ?? 0) - now.plannedMinutes) : 0;
  return {
    rows,
    now,
    next: rows[here + 1],
    previous: running >= 0 ? rows[running - 1] : rows[lastDone],
    driftMinutes: now ? (now.startedLateMinutes ?? 0) + over : 0,
  };
}

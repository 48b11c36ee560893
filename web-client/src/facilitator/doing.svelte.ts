import { facilitator as m } from '../messages/facilitator';
import type { Done } from './actions';

const undoForMs = 10_000;

/** What was done last, for ten seconds with a way back; or why it was not done, until it is read. */
export class Doing {
  said = $state('');
  failed = $state(false);
  leftMs = $state(0);
  canUndo = $state(false);
  private undoing: Done['undo'];
  private beat: ReturnType<typeof setInterval> | undefined;

  /** Waits for the server's word on `work` and says it. */
  async take(label: string, work: Promise<Done | undefined>): Promise<boolean> {
    const done = await work;
    if (!done) return false;
    const { accepted, reason } = done.outcome;
    this.show(accepted ? m.undo.did(done.said) : m.refused(label, reason), !accepted, accepted ? done.undo : undefined);
    return accepted;
  }
  async undo(): Promise<void> {
    const undoing = this.undoing;
    this.dismiss();
    if (!undoing) return;
    const outcome = await undoing();
    if (!outcome.accepted) this.show(m.refused(m.undo.take, outcome.reason), true, undefined);
  }
  dismiss(): void {
    clearInterval(this.beat);
    this.said = '';
    this.undoing = undefined;
    this.canUndo = false;
  }

  private show(said: string, failed: boolean, undo: Done['undo']): void {
    clearInterval(this.beat);
    this.said = said;
    this.failed = failed;
    this.undoing = undo;
    this.canUndo = undo !== undefined;
    if (failed) return;
    const until = Date.now() + undoForMs;
    this.leftMs = undoForMs;
    this.beat = setInterval(() => {
      this.leftMs = until - Date.now();
      if (this.leftMs <= 0) this.dismiss();
    }, 250);
  }
}

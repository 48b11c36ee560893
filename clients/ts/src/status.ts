/**
 * The truth about what this page has and the server has not.
 * live: socket open, everything up to the server's word received, nothing waits. saving: open and synced, `waiting` commands
 * are on their way. local: no open and synced socket, `waiting` commands are on this laptop only (0: nothing is at risk, but
 * what is shown may be old). ended: the server does not want this page any more.
 */
export interface Status {
  readonly kind: 'live' | 'saving' | 'local' | 'ended';
  readonly waiting: number;
  /** False: what waits would not survive a reload. */
  readonly durable: boolean;
  /** The server takes nothing at present (its storage is full). */
  readonly readOnly: boolean;
  /** local: a first connection is being made, nothing has ever been received. */
  readonly starting: boolean;
  /** ended: one sentence that says what to do. */
  readonly reason: string;
}

export function statusOf(facts: {
  open: boolean;
  synced: boolean;
  ended: boolean;
  everSynced: boolean;
  waiting: number;
  durable: boolean;
  readOnly: boolean;
  reason: string;
}): Status {
  const { waiting, durable, readOnly, reason } = facts;
  const rest = { waiting, durable, readOnly, reason, starting: !facts.everSynced };
  if (facts.ended) return { kind: 'ended', ...rest };
  if (!facts.open || !facts.synced) return { kind: 'local', ...rest };
  return { kind: waiting > 0 || readOnly ? 'saving' : 'live', ...rest };
}

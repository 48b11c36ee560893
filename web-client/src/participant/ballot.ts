import { VoteMethod, type Ballot, type VoteOpen } from '@atelier/sdk';

/** A ballot while it is being filled in. Kept by the component, so nobody else's change touches it. */
export interface Filling {
  choice: string;
  reason: string;
  /** Option -> grade, dots or score; absent: nothing said yet. */
  values: Record<string, number | undefined>;
  reasons: Record<string, string>;
}

export interface BallotParts {
  choice?: string;
  reason?: string;
  values?: { option: string; value: number; reason?: string }[];
}

export const gradeMax = 5;
export const defaultFloor = 3;

export function emptyFilling(): Filling {
  return { choice: '', reason: '', values: {}, reasons: {} };
}

/** What was cast before, to be changed. A sealed ballot is not known any more: it starts empty. */
export function fillingOf(ballot: Ballot | undefined): Filling {
  const filling = emptyFilling();
  if (!ballot) return filling;
  filling.choice = ballot.choice;
  filling.reason = ballot.reason;
  for (const { option, value, reason } of ballot.values) {
    filling.values[option] = value;
    if (reason) filling.reasons[option] = reason;
  }
  return filling;
}

export function dotsUsed(filling: Filling): number {
  return Object.values(filling.values).reduce<number>((sum, value) => sum + (value ?? 0), 0);
}

/** How many dots `option` may have at most, given the others. */
export function dotsMost(rules: VoteOpen, filling: Filling, option: string): number {
  const free = rules.dots - dotsUsed(filling) + (filling.values[option] ?? 0);
  return rules.maxPerOption > 0 ? Math.min(free, rules.maxPerOption) : free;
}

export const needsReason = (choice: string) => choice.startsWith('object');

/** How many lines must still be filled in before the ballot can be sent; 0: it can. */
export function missing(rules: VoteOpen, filling: Filling): number {
  switch (rules.method) {
    case VoteMethod.SINGLE_CHOICE:
      return filling.choice ? 0 : 1;
    case VoteMethod.CONSENT:
      if (!filling.choice) return 1;
      return needsReason(filling.choice) && !filling.reason.trim() ? 1 : 0;
    case VoteMethod.FIST_TO_FIVE:
      return rules.options.filter((option) => filling.values[option.id] === undefined).length;
    case VoteMethod.SCORE:
      return rules.options.some((option) => filling.values[option.id] !== undefined) ? 0 : 1;
    case VoteMethod.DOTS:
      return dotsUsed(filling) > 0 ? 0 : 1;
    default:
      return 1;
  }
}

/** What is sent, whole. */
export function ballotOf(rules: VoteOpen, filling: Filling): BallotParts {
  if (rules.method === VoteMethod.SINGLE_CHOICE) return { choice: filling.choice };
  if (rules.method === VoteMethod.CONSENT) return { choice: filling.choice, reason: filling.reason.trim() };
  const dots = rules.method === VoteMethod.DOTS;
  const floor = rules.passFloor || defaultFloor;
  const values = rules.options.flatMap(({ id }) => {
    const value = filling.values[id];
    if (value === undefined || (dots && value === 0)) return [];
    const low = rules.method === VoteMethod.FIST_TO_FIVE && value < floor;
    const reason = low ? (filling.reasons[id] ?? '').trim() : '';
    return [{ option: id, value, reason }];
  });
  return { values };
}

import { VoteMethod, VoteOpenSchema, create, type VoteOpen } from '@atelier/sdk';
import { describe, expect, it } from 'vitest';
import { ballotOf, dotsMost, dotsUsed, emptyFilling, missing } from './ballot';

const options = ['A', 'B', 'C'].map((id) => ({ id, text: `Option ${id}` }));
const vote = (method: VoteMethod, rest: Partial<Omit<VoteOpen, '$typeName' | '$unknown'>> = {}) => create(VoteOpenSchema, { vote: 'V', method, options, ...rest });

describe('a ballot of dots', () => {
  const rules = vote(VoteMethod.DOTS, { dots: 4, maxPerOption: 2 });
  it('never allows more than the cap or the budget', () => {
    const filling = emptyFilling();
    expect(dotsMost(rules, filling, 'A')).toBe(2);
    filling.values.A = 2;
    filling.values.B = 1;
    expect(dotsUsed(filling)).toBe(3);
    expect(dotsMost(rules, filling, 'C')).toBe(1);
    expect(dotsMost(rules, filling, 'B')).toBe(2);
  });
  it('may leave dots unused and leaves empty options out', () => {
    const filling = { ...emptyFilling(), values: { A: 1, B: 0 } };
    expect(missing(rules, filling)).toBe(0);
    expect(ballotOf(rules, filling)).toEqual({ values: [{ option: 'A', value: 1, reason: '' }] });
  });
});

describe('a ballot of fist to five', () => {
  const rules = vote(VoteMethod.FIST_TO_FIVE);
  it('is whole only when every option has a grade; zero is a grade', () => {
    const filling = { ...emptyFilling(), values: { A: 0, B: 5 } as Record<string, number> };
    expect(missing(rules, filling)).toBe(1);
    filling.values.C = 3;
    expect(missing(rules, filling)).toBe(0);
  });
  it('sends a concern only with a grade below the floor', () => {
    const filling = { ...emptyFilling(), values: { A: 2, B: 4, C: 3 }, reasons: { A: ' too fast ', B: 'left over' } };
    expect(ballotOf(rules, filling).values?.map(({ reason }) => reason)).toEqual(['too fast', '', '']);
  });
});

describe('a consent ballot', () => {
  const rules = vote(VoteMethod.CONSENT);
  it('needs a reason for an objection and for nothing else', () => {
    expect(missing(rules, { ...emptyFilling(), choice: 'consent' })).toBe(0);
    expect(missing(rules, { ...emptyFilling(), choice: 'objection', reason: '  ' })).toBe(1);
    expect(missing(rules, { ...emptyFilling(), choice: 'objection', reason: 'funding' })).toBe(0);
  });
});

describe('a scored ballot', () => {
  it('may skip items but not all of them', () => {
    const rules = vote(VoteMethod.SCORE, { scaleMin: 1, scaleMax: 5 });
    expect(missing(rules, emptyFilling())).toBe(1);
    const filling = { ...emptyFilling(), values: { B: 4 } };
    expect(missing(rules, filling)).toBe(0);
    expect(ballotOf(rules, filling)).toEqual({ values: [{ option: 'B', value: 4, reason: '' }] });
  });
});

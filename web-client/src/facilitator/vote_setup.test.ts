import { create } from '@atelier/sdk';
import { EntityStore, Electorate, PersonViewSchema, Role, Secrecy, VoteMethod } from '@atelier/sdk';
import { describe, expect, it } from 'vitest';
import { delegateCandidates, emptySetup, optionsOf, problemsOf, voteOpenOf } from './vote_setup';

const store = new EntityStore();

describe('setting up a vote', () => {
  it('makes one option of each typed line and never two of one id', () => {
    const setup = { ...emptySetup(), source: 'typed' as const, typed: ' Café now\n\nCafé now\n北\n' };
    expect(optionsOf(setup, store)).toEqual([
      { id: 'cafe-now', text: 'Café now' },
      { id: 'cafe-now-2', text: 'Café now' },
      { id: 'option', text: '北' },
    ]);
  });
  it('asks for a question and for something to choose from', () => {
    const setup = { ...emptySetup(), source: 'typed' as const, typed: 'one' };
    expect(problemsOf(setup, optionsOf(setup, store), [])).toEqual(['question', 'options']);
  });
  it('does not allow more on one option than there are dots', () => {
    const setup = { ...emptySetup(), method: VoteMethod.DOTS, question: 'Which?', source: 'typed' as const, typed: 'a\nb', dots: 2, cap: 3 };
    expect(problemsOf(setup, optionsOf(setup, store), [])).toEqual(['cap']);
  });
  it('sends what belongs to the method and nothing else', () => {
    const setup = { ...emptySetup(), question: ' Which? ', secrecy: Secrecy.SEALED, delegates: { N01: 'P04' } };
    const open = voteOpenOf('V-1', setup, [{ id: 'yes', text: 'Yes' }]);
    expect(open).toMatchObject({ question: 'Which?', electorate: Electorate.PERSONS, secrecy: Secrecy.SEALED, delegates: [], dots: 0, maxPerOption: 0 });
  });
  it('lets networks decide by their delegates, in the open', () => {
    const setup = { ...emptySetup(), method: VoteMethod.CONSENT, question: 'Do we adopt it?', secrecy: Secrecy.SEALED, delegates: { N01: 'P04', N02: '' } };
    expect(voteOpenOf('V-1', setup, [])).toMatchObject({
      electorate: Electorate.NETWORKS,
      secrecy: Secrecy.OPEN,
      options: [],
      delegates: [{ network: 'N01', person: 'P04' }],
    });
  });
  it('proposes people of the network who are here, never observers', () => {
    const person = (id: string, role: Role, present: boolean) => create(PersonViewSchema, { id, role, network: 'N01', joined: true, present });
    const people = [person('P1', Role.PARTICIPANT, false), person('P2', Role.OBSERVER, true), person('P3', Role.PARTICIPANT, true)];
    expect(delegateCandidates('N01', people).map((one) => one.id)).toEqual(['P3', 'P1']);
  });
});

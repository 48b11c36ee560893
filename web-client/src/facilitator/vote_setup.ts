import { Electorate, Secrecy, VoteMethod, Role, type EntityStore, type PersonView } from '@atelier/sdk';
import { NetworkKind, type Network } from '@atelier/sdk';

/** What the facilitator fills in to open a vote. */
export interface VoteSetup {
  method: VoteMethod;
  question: string;
  source: OptionSource;
  /** One option a line, for source 'typed'. */
  typed: string;
  secrecy: Secrecy;
  dots: number;
  cap: number;
  hiddenUntilReveal: boolean;
  /** network -> person, for a decision of the networks. */
  delegates: Record<string, string>;
}
export type OptionSource = 'yes-no' | 'typed' | 'texts' | 'objectives' | 'ideas';
export interface Option {
  id: string;
  text: string;
}
export type SetupProblem = 'question' | 'options' | 'cap' | 'delegates';

export const methods = [
  VoteMethod.SINGLE_CHOICE,
  VoteMethod.FIST_TO_FIVE,
  VoteMethod.DOTS,
  VoteMethod.CONSENT,
] as const;

/** A fist-to-five grade below this counts as a concern. */
const passFloor = 3;

export function emptySetup(): VoteSetup {
  return {
    method: VoteMethod.SINGLE_CHOICE,
    question: '',
    source: 'yes-no',
    typed: '',
    secrecy: Secrecy.OPEN,
    dots: 4,
    cap: 2,
    hiddenUntilReveal: true,
    delegates: {},
  };
}

/** Where the options of a method may come from; the first one is offered. */
export function sourcesOf(method: VoteMethod): OptionSource[] {
  switch (method) {
    case VoteMethod.SINGLE_CHOICE:
      return ['yes-no', 'typed', 'ideas'];
    case VoteMethod.FIST_TO_FIVE:
      return ['texts', 'objectives', 'typed'];
    case VoteMethod.DOTS:
      return ['objectives', 'ideas', 'texts', 'typed'];
    default:
      return [];
  }
}

/** An id that the options' text suggests: letters and digits of the first words, numbered where two would be one. */
function idOf(text: string, taken: Set<string>): string {
  const base =
    text
      .normalize('NFKD')
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-|-$/g, '')
      .slice(0, 24) || 'option';
  let id = base;
  for (let n = 2; taken.has(id); n += 1) id = `${base}-${n}`;
  taken.add(id);
  return id;
}

/** The options of `setup`, taken from the meeting where it says so. */
export function optionsOf(setup: VoteSetup, store: Pick<EntityStore, 'all' | 'get'>): Option[] {
  const content = store.get('content')?.content;
  switch (setup.source) {
    case 'yes-no':
      return ['Yes', 'No', 'Abstain'].map((text) => ({ id: text.toLowerCase(), text }));
    case 'typed': {
      const taken = new Set<string>();
      const lines = setup.typed.split('\n').map((line) => line.trim());
      return lines.filter(Boolean).map((text) => ({ id: idOf(text, taken), text }));
    }
    case 'texts':
      return [...store.all('text')].sort((a, b) => a.order - b.order).map((text) => ({ id: text.id, text: text.title || text.id }));
    case 'objectives':
      return (content?.texts ?? []).flatMap((text) => text.objectives.map(({ id, text: words }) => ({ id, text: words })));
    case 'ideas':
      return store
        .all('idea')
        .filter((idea) => !idea.mergedInto && !idea.parked)
        .map((idea) => ({ id: idea.id, text: idea.text }));
  }
}

/** The networks that decide: members, and the umbrella where it has a person to act for it. */
export function decidingNetworks(networks: readonly Network[]): Network[] {
  return networks.filter((network) => network.kind === NetworkKind.MEMBER);
}

/** People who may speak for `network`, those in the room now first. */
export function delegateCandidates(network: string, people: readonly PersonView[]): PersonView[] {
  const mine = people.filter((person) => person.network === network && person.role !== Role.OBSERVER && person.joined);
  return mine.sort((a, b) => Number(b.present) - Number(a.present) || (a.id < b.id ? -1 : 1));
}

export function problemsOf(setup: VoteSetup, options: readonly Option[], networks: readonly Network[]): SetupProblem[] {
  const problems: SetupProblem[] = [];
  if (!setup.question.trim()) problems.push('question');
  const least = setup.method === VoteMethod.FIST_TO_FIVE ? 1 : 2;
  if (setup.method !== VoteMethod.CONSENT && options.length < least) problems.push('options');
  if (setup.method === VoteMethod.DOTS && (setup.dots < 1 || setup.cap > setup.dots)) problems.push('cap');
  if (setup.method === VoteMethod.CONSENT && networks.every((network) => !setup.delegates[network.id])) problems.push('delegates');
  return problems;
}

/** The fields of the command `vote_open`. */
export function voteOpenOf(vote: string, setup: VoteSetup, options: readonly Option[]) {
  const consent = setup.method === VoteMethod.CONSENT;
  return {
    vote,
    method: setup.method,
    question: setup.question.trim(),
    options: consent ? [] : options.map(({ id, text }) => ({ id, text })),
    electorate: consent ? Electorate.NETWORKS : Electorate.PERSONS,
    secrecy: consent ? Secrecy.OPEN : setup.secrecy,
    delegates: consent
      ? Object.entries(setup.delegates)
          .filter(([, person]) => person)
          .map(([network, person]) => ({ network, person }))
      : [],
    dots: setup.method === VoteMethod.DOTS ? setup.dots : 0,
    maxPerOption: setup.method === VoteMethod.DOTS ? setup.cap : 0,
    passFloor: setup.method === VoteMethod.FIST_TO_FIVE ? passFloor : 0,
    hiddenUntilReveal: setup.hiddenUntilReveal,
  };
}

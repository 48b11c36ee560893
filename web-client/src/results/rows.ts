import { VoteMethod, type VoteView } from '@atelier/sdk';
import { results as m } from '../messages/results';
import { voteNames } from '../messages/vote_names';

/** One option of a result, ready to be drawn as a bar and read as a line of a table. */
export interface ResultRow {
  id: string;
  label: string;
  /** Length of the bar, 0 … 1 of the longest. */
  share: number;
  /** The number that the bar stands for, as shown. */
  value: string;
  /** A second bar: equal weight per network. */
  second?: { share: number; value: string };
  passed?: boolean;
  histogram: number[];
  belowFloor: number;
  reasons: readonly string[];
}

function largest(values: number[]): number {
  return Math.max(1e-9, ...values);
}

/** The options of a vote's result in the vote's order; empty while there is none to show. */
export function resultRows(vote: VoteView): ResultRow[] {
  const rules = vote.rules;
  const options = vote.result?.options ?? [];
  const method = rules?.method;
  const amount = (index: number) => {
    const option = options[index];
    if (!option) return 0;
    return method === VoteMethod.FIST_TO_FIVE || method === VoteMethod.SCORE ? Number(option.mean || 0) : Number(option.count);
  };
  const amounts = options.map((_, index) => amount(index));
  const weights = options.map((option) => Number(option.equalWeight || 0));
  const most = method === VoteMethod.FIST_TO_FIVE ? 5 : largest(amounts);
  return options.map((option, index) => {
    const row: ResultRow = {
      id: option.option,
      label: rules?.options.find((candidate) => candidate.id === option.option)?.text || option.option,
      share: amount(index) / most,
      value: method === VoteMethod.FIST_TO_FIVE ? option.mean || '–' : String(amount(index)),
      histogram: option.histogram.map(Number),
      belowFloor: Number(option.belowFloor),
      reasons: option.reasons,
    };
    if (method === VoteMethod.DOTS && option.equalWeight) {
      row.second = { share: (weights[index] ?? 0) / largest(weights), value: option.equalWeight };
    }
    if (method === VoteMethod.FIST_TO_FIVE) row.passed = option.passed;
    return row;
  });
}

/** "most first" for what is shown large; the vote's own order breaks ties. */
export function byShare(rows: readonly ResultRow[]): ResultRow[] {
  return [...rows].sort((a, b) => b.share - a.share);
}

export function choiceWords(choice: string): string {
  return m.choices[choice] ?? choice;
}

/** What a vote asks; one without a question is called by its method. */
export function questionOf(vote: Pick<VoteView, 'rules'>): string {
  return vote.rules?.question || voteNames.untitledFor[vote.rules?.method ?? 0] || voteNames.untitled;
}

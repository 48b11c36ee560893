import { catalogue } from './index';

/** What a vote without a question is called, by its method. */
export const voteNames = catalogue(
  {
    untitled: 'Vote',
    untitledFor: { 1: 'Choose one', 2: 'Fist to five', 3: 'Place your dots', 4: 'Decision of the networks', 5: 'How was it?' } as Record<number, string>,
  },
  {},
);

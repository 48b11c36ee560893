import { catalogue, counted } from './index';

/** How results are said, on every face. */
export const results = catalogue(
  {
    caption: (question: string) => `Result: ${question}`,
    option: 'Option',
    ballots: 'Ballots',
    dots: 'Dots',
    equalWeight: 'Equal weight per network',
    mean: 'Mean',
    grades: 'Ballots for 0 1 2 3 4 5',
    belowFloor: 'Concerns',
    passed: 'passed',
    notPassed: 'not passed',
    turnout: (ballots: number, entitled: number) => `${ballots} of ${entitled} voted`,
    networksTurnout: (ballots: number, entitled: number) => `${ballots} of ${entitled} networks`,
    disagree: 'The two ways of counting put different options first.',
    network: 'Network',
    choice: 'Choice',
    reason: 'Reason',
    adopted: 'Adopted: no objection is open',
    notAdopted: (open: number) => `Not adopted: ${counted(open, 'objection', 'objections')} open`,
    choices: { consent: 'consent', objection: 'objection', object: 'objection', concern: 'concern', stand_aside: 'stands aside' } as Record<string, string>,
    nothing: 'No ballot was cast.',
  },
  {},
);

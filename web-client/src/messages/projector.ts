import { catalogue, counted } from './index';

/** What the projector says. */
export const projector = catalogue(
  {
    title: 'Projector',
    join: 'Join at',
    code: 'Code',
    qr: 'QR code that opens the join page',
    present: (count: number) => counted(count, 'person here', 'people here'),
    next: (title: string) => `Next: ${title}`,
    voteNow: 'Please vote now',
    counting: 'The vote is closed. The result comes in a moment.',
    notOpen: 'We start in a moment.',
    closed: 'The meeting is closed. Thank you!',
    empty: 'Nothing has been written yet.',
    upvotes: (count: number) => counted(count, 'vote', 'votes'),
    practice: { from: 'Good practice', evidence: 'How we know', transfer: 'What others can use' },
    more: (count: number) => `and ${count} more`,
    reconnecting: 'Reconnecting…',
    inputFrozen: 'Input is frozen for a moment',
  },
  {},
);

import { catalogue } from './index';

/** Letters that the server did not accept. */
export const drafts = catalogue(
  {
    title: 'Not accepted',
    copy: 'Copy',
    copied: 'Copied',
    discard: 'Throw away',
    empty: 'You deleted something; the deletion was not accepted.',
    again: 'Put it back in',
  },
  {},
);

import { catalogue, counted } from './index';

/** What more than one face says. */
export const common = catalogue(
  {
    product: 'Atelier',
    loading: 'Loading the meeting…',
    pill: {
      live: 'Live',
      saving: 'Saving',
      local: (waiting: number) => `On this laptop only, ${waiting} waiting`,
      reconnecting: 'Not connected, nothing is waiting',
      connecting: 'Connecting…',
      ended: 'Disconnected',
      notDurable: 'This browser cannot keep what waits: do not close the page before it says Live.',
      readOnly: 'The server cannot store anything at the moment. What you write is kept here and sent later.',
    },
    link: {
      opening: 'Opening your place in the meeting…',
      bad: 'This link does not work (any more). Ask the facilitator for a new one.',
      offline: 'The server cannot be reached. Check your connection and try again.',
      retry: 'Try again',
      away: 'The server cannot be reached. What you did is kept on this laptop and sent as soon as it answers.',
      gone: 'Your place in this meeting is not open in this browser. Open your personal link again.',
    },
    landing: {
      title: 'Join a meeting',
      lead: 'Type the code that the facilitator shows.',
      code: 'Join code',
      go: 'Continue',
    },
    timer: {
      left: (clock: string) => `${clock} left`,
      over: 'Time is up',
      paused: (clock: string) => `Paused, ${clock} left`,
      minutesLeft: (minutes: number) => `${counted(minutes, 'minute', 'minutes')} left`,
    },
    cancel: 'Cancel',
    close: 'Close',
    sample: 'Sample',
  },
  {},
);

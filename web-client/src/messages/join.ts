import { catalogue } from './index';

export const join = catalogue(
  {
    title: (meeting: string) => `Join: ${meeting}`,
    loading: 'Looking up the meeting…',
    unknown: 'No meeting has this code. Check the letters on the screen, or ask the facilitator.',
    tooMany: 'Too many tries from here. Wait a minute, then try again.',
    offline: 'The server cannot be reached. Check your connection.',
    other: 'Use another code',
    retry: 'Try again',
    name: 'Your name',
    nameHint: 'Others see it beside what you write.',
    organisation: 'Organisation',
    organisationNone: 'Choose…',
    elsewhere: 'Not in the list',
    network: 'Network',
    role: 'What you do there',
    roleHint: 'For example: teacher, VET leader. You may leave this out.',
    language: 'Language you write in',
    consent:
      'Your name is shown to the people in this meeting and kept beside its record, never inside. Ask the organisers to erase it: what you wrote then stays without it.',
    go: 'Join the meeting',
    going: 'Joining…',
    missingName: 'Please write your name.',
    missingNetwork: 'Please choose your organisation or your network.',
    failed: 'That did not work. Please try again.',
  },
  {},
);

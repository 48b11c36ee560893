import { catalogue, counted } from './index';

export const editor = catalogue(
  {
    tools: 'Formatting',
    strong: 'Bold',
    em: 'Italic',
    heading: 'Heading',
    bullets: 'List',
    numbers: 'Numbered list',
    undo: 'Undo my last change',
    redo: 'Redo',
    hint: 'Press Escape, then Tab to leave the text.',
    words: (count: number) => counted(count, 'word', 'words'),
    wordsOf: (count: number, limit: number) => `${count} of ${limit} words`,
    over: (count: number) => `${counted(count, 'word', 'words')} too many`,
    frozen: 'Frozen: this text can be read, not changed.',
    paused: 'All input is paused.',
    loading: 'Fetching the text…',
    alone: 'Nobody else is in this text.',
    here: (names: string) => `Also here: ${names}`,
    version: (version: string) => `version ${version}`,
    somebody: 'somebody',
  },
  {},
);

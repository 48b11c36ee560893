/** Stands in for lib0/logging, of which Yjs uses a warning and a print: the original brings 4 kB of styled output along. */
export const warn = (...words: unknown[]) => console.warn(...words);
export const print = (...words: unknown[]) => console.log(...words);
export const [ORANGE, RED, BOLD, UNBOLD] = ['', '', '', ''];

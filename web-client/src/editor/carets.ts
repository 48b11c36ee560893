import { yCursorPlugin } from 'y-prosemirror';
import type { TextProvider } from '@atelier/sdk/text';

export interface Caret {
  name: string;
  /** 0 … 7: colour and line pattern, by class, because a strict policy allows no style attributes. */
  mark: number;
}

/** Remote carets with their names. `of` tells who a Yjs client is. */
export function carets(provider: TextProvider, of: (client: number) => Caret) {
  return yCursorPlugin(provider.awareness, {
    cursorBuilder: (_user: unknown, client: number) => {
      const { name, mark } = of(client);
      const caret = document.createElement('span');
      caret.className = `caret mark-${mark}`;
      const flag = document.createElement('span');
      flag.className = 'flag';
      flag.textContent = name;
      caret.append('\u2060', flag, '\u2060');
      return caret;
    },
    selectionBuilder: (_user: unknown, client: number) => ({ class: `selected mark-${of(client).mark}` }),
  });
}

import { baseKeymap, setBlockType, toggleMark } from 'prosemirror-commands';
import { keymap } from 'prosemirror-keymap';
import { liftListItem, sinkListItem, splitListItem, wrapInList } from 'prosemirror-schema-list';
import { EditorState, Plugin, TextSelection, type Command } from 'prosemirror-state';
import { EditorView } from 'prosemirror-view';
import { redo, redoCommand, undo, undoCommand, ySyncPlugin, yUndoPlugin } from 'y-prosemirror';
import { rootName, type TextProvider } from '@atelier/sdk/text';
import { carets, type Caret } from './carets';
import { countWords, schema } from './schema';

const { nodes, marks } = schema;

export type Tool = 'strong' | 'em' | 'heading' | 'bullets' | 'numbers' | 'undo' | 'redo';

export interface RichTextOptions {
  provider: TextProvider;
  place: HTMLElement;
  attributes: Record<string, string>;
  editable: () => boolean;
  caretOf: (client: number) => Caret;
  /** The selection, the letters or what may be edited changed. */
  changed: () => void;
}

/** Leaves the list when the cursor is in one, else makes one. */
function list(kind: 'bullet_list' | 'ordered_list'): Command {
  return (state, dispatch, view) => {
    const { $from } = state.selection;
    for (let depth = $from.depth; depth > 0; depth -= 1) {
      if ($from.node(depth).type === nodes[kind]) return liftListItem(nodes.list_item)(state, dispatch, view);
    }
    return wrapInList(nodes[kind])(state, dispatch, view);
  };
}
const heading: Command = (state, dispatch, view) =>
  setBlockType(state.selection.$from.parent.type === nodes.heading ? nodes.paragraph : nodes.heading)(state, dispatch, view);
const lineBreak: Command = (state, dispatch) => {
  dispatch?.(state.tr.replaceSelectionWith(nodes.hard_break.create()).scrollIntoView());
  return true;
};

const commands: Record<Tool, Command> = {
  strong: toggleMark(marks.strong),
  em: toggleMark(marks.em),
  heading,
  bullets: list('bullet_list'),
  numbers: list('ordered_list'),
  undo: undoCommand, // y-prosemirror's plain undo() acts even when it is only asked whether it could
  redo: redoCommand,
};

/** Tab is bound to nothing: the text is no trap. Lists are nested by Mod-] and Mod-[. */
const keys = keymap({
  'Mod-b': commands.strong,
  'Mod-i': commands.em,
  'Mod-Alt-3': heading,
  'Mod-z': undo,
  'Mod-y': redo,
  'Shift-Mod-z': redo,
  Enter: splitListItem(nodes.list_item),
  'Shift-Enter': lineBreak,
  'Mod-]': sinkListItem(nodes.list_item),
  'Mod-[': liftListItem(nodes.list_item),
});

/** One editor on one text. When the provider starts over, it goes on in the fresh document where the cursor was. */
export class RichText {
  private readonly view: EditorView;
  private readonly end: () => void;

  constructor(private readonly options: RichTextOptions) {
    this.view = new EditorView(options.place, {
      state: this.freshState(),
      attributes: options.attributes,
      editable: options.editable,
      // y-prosemirror's timers may still dispatch when the view is gone.
      dispatchTransaction(this: EditorView, transaction) {
        if (!this.isDestroyed) this.updateState(this.state.apply(transaction));
      },
    });
    this.end = options.provider.on('reset', () => this.startOver());
  }

  destroy(): void {
    this.end();
    this.view.destroy();
  }

  run(tool: Tool): void {
    commands[tool](this.view.state, this.view.dispatch, this.view);
    this.view.focus();
  }
  can(tool: Tool): boolean {
    return this.options.editable() && commands[tool](this.view.state);
  }
  active(tool: Tool): boolean {
    const { $from, from, to, empty } = this.view.state.selection;
    if (tool === 'strong' || tool === 'em') {
      const mark = marks[tool];
      return empty ? !!mark.isInSet(this.view.state.storedMarks ?? $from.marks()) : this.view.state.doc.rangeHasMark(from, to, mark);
    }
    if (tool === 'heading') return $from.parent.type === nodes.heading;
    if (tool !== 'bullets' && tool !== 'numbers') return false;
    const kind = tool === 'bullets' ? nodes.bullet_list : nodes.ordered_list;
    return Array.from({ length: $from.depth + 1 }, (_, depth) => $from.node(depth).type).includes(kind);
  }

  get words(): number {
    return countWords(this.view.state.doc.textBetween(0, this.view.state.doc.content.size, '\n', ' '));
  }

  /** A paragraph with these letters for each of their lines, behind everything else. */
  append(plain: string): void {
    const paragraphs = plain.split('\n').map((line) => nodes.paragraph.create(null, line ? schema.text(line) : undefined));
    const { state } = this.view;
    this.view.dispatch(state.tr.insert(state.doc.content.size, paragraphs).scrollIntoView());
  }

  /** What may be edited changed outside: ProseMirror asks `editable` again. */
  refresh(): void {
    this.view.setProps({ editable: this.options.editable, attributes: this.options.attributes });
  }

  private freshState(): EditorState {
    const { provider, caretOf, changed } = this.options;
    return EditorState.create({
      schema,
      plugins: [
        ySyncPlugin(provider.doc.getXmlFragment(rootName)),
        carets(provider, caretOf),
        yUndoPlugin(),
        keys,
        keymap(baseKeymap),
        new Plugin({ view: () => ({ update: changed }) }),
      ],
    });
  }

  private startOver(): void {
    const focused = this.view.hasFocus();
    const { head } = this.view.state.selection;
    this.view.updateState(this.freshState());
    // The sync plugin fills the document in a moment of its own; the cursor goes back once it has.
    setTimeout(() => {
      if (this.view.isDestroyed) return;
      const { doc, tr } = this.view.state;
      const at = Math.min(head, doc.content.size);
      this.view.dispatch(tr.setSelection(TextSelection.near(doc.resolve(at), -1)).setMeta('addToHistory', false));
      if (focused) this.view.focus();
    }, 0);
  }
}

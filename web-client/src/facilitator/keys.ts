import type { Action } from './actions';

/** A key typed into a field, or with a modifier, means nothing but itself. */
export function actionOfKey(event: KeyboardEvent, actions: readonly Action[]): Action | undefined {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.isComposing) return undefined;
  const at = event.target;
  if (at instanceof HTMLElement && (at.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(at.tagName))) return undefined;
  const key = event.key.toLowerCase();
  return actions.find((action) => action.key !== '' && action.key === key && action.enabled);
}

/** Actions whose name holds every word that was typed, those that can be done first. */
export function found(actions: readonly Action[], typed: string): Action[] {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  const hits = actions.filter((action) => words.every((word) => action.label.toLowerCase().includes(word)));
  return hits.sort((a, b) => Number(b.enabled) - Number(a.enabled));
}

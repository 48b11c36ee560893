import type { Live } from '../../shell/live.svelte';

/** A person as others may see it: the name, else what the roster says, else the id. */
export function nameOf(live: Live, id: string): string {
  const person = live.person(id);
  if (!person) return id;
  return person.name || [person.id, person.function].filter(Boolean).join(', ');
}
/** Two letters that go with an author's colour, so that colour is never alone. */
export function initialsOf(name: string): string {
  const words = name.split(/[\s,]+/).filter(Boolean);
  const letters = words.length > 1 ? `${words[0]?.[0] ?? ''}${words[1]?.[0] ?? ''}` : name.slice(0, 2);
  return letters.toUpperCase();
}
/** 0 … 7, the same for everybody who sees this person. */
export function markOf(id: string): number {
  let sum = 0;
  for (const letter of id) sum = (sum * 31 + letter.charCodeAt(0)) >>> 0;
  return sum % 8;
}

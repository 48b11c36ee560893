import type { Live } from '../../shell/live.svelte';

/** A person as others may see it: the name, else what the roster says, else the id. */
export function nameOf(live: Live, id: string): string {
  const person = live.person(id);
  if (!person) return id;
  return person.name || [person.id, person.function].filter(Boolean).join(', ');
}
/** 0 … 7, the same for everybody who sees this person. */
export function markOf(id: string): number {
  let sum = 0;
  for (const letter of id) sum = (sum * 31 + letter.charCodeAt(0)) >>> 0;
  return sum % 8;
}

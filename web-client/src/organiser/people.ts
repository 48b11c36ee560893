import type { Entities } from '../shell/live.svelte';

/** What a person is called: the name, or what the roster says of them ("P18, coordinator"). */
export function personWords(entities: Entities, id: string): string {
  const person = entities.person(id);
  if (!person) return id;
  return person.name || [person.id, person.function].filter(Boolean).join(', ');
}

/** At most two letters for a name; an id stands for itself. */
export function initialsOf(entities: Entities, id: string): string {
  const name = entities.person(id)?.name;
  if (!name) return id;
  const words = name.split(/\s+/).filter(Boolean);
  const letters = words.length > 1 ? [words[0], words.at(-1)] : [words[0]];
  return letters.map((word) => [...(word ?? '')][0] ?? '').join('').toUpperCase();
}

/**
 * Every word of the interface stands in this folder: one catalogue per part, so that a face loads only its own.
 * English defines the keys; another language is a value of the same type, so a missing message is a type error.
 */
export const languages = ['en'] as const;
export type Language = (typeof languages)[number];

/** The same shape with any text: what a translation must be. */
export type Translation<T> = {
  [K in keyof T]: T[K] extends string
    ? string
    : T[K] extends (...args: infer A) => string
      ? (...args: A) => string
      : Translation<T[K]>;
};

/** The language of the interface: the first of the reader's that has a catalogue. */
export function preferredLanguage(wanted: readonly string[] = navigator.languages): Language {
  for (const tag of wanted) {
    const found = languages.find((language) => tag.toLowerCase().startsWith(language));
    if (found) return found;
  }
  return 'en';
}

export function catalogue<T>(en: T, others: { [L in Exclude<Language, 'en'>]: Translation<T> }): Translation<T> {
  const language = preferredLanguage();
  return language === 'en' ? (en as Translation<T>) : others[language as Exclude<Language, 'en'>];
}

/** "1 minute", "3 minutes". */
export function counted(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}

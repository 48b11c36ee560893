import type { Command } from '@atelier/sdk';

/** What a refused command said, so that its author can copy it: nothing typed is lost. */
export function wordsOf(command: Command): string {
  const { kind } = command;
  if (kind.case === 'practicePost') {
    const { title, summary, evidence, transfer } = kind.value.practice ?? { title: '', summary: '', evidence: '', transfer: '' };
    return [title, summary, evidence, transfer].filter(Boolean).join('\n');
  }
  const value = kind.value as Record<string, unknown> | undefined;
  return typeof value?.text === 'string' && kind.case !== 'textEdit' ? value.text : '';
}

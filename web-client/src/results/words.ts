import type { VoteOption, VoteView } from '@atelier/sdk';
import type { Entities } from '../shell/live.svelte';

/** An option in words. Votes on texts, objectives or ideas may name them by id only. */
export function optionWords(entities: Entities, option: VoteOption): string {
  const { id, text } = option;
  if (text && text !== id) return text;
  const content = entities.content;
  const strategy = content?.texts.find((one) => one.id === id);
  if (strategy) return `${id}: ${strategy.title}`;
  const objective = content?.texts.flatMap((one) => one.objectives).find((one) => one.id === id);
  if (objective) return `${id}: ${objective.text}`;
  const idea = entities.get('idea', id);
  if (idea?.text) return idea.text;
  return entities.get('activity', id)?.activity?.title || text || id;
}

/** The vote with its options in words. */
export function inWords(entities: Entities, vote: VoteView): VoteView {
  if (!vote.rules) return vote;
  const options = vote.rules.options.map((option) => ({ ...option, text: optionWords(entities, option) }));
  return { ...vote, rules: { ...vote.rules, options } };
}

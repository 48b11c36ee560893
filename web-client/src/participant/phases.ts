import type { PhaseView } from '@atelier/sdk';
import type { Entities } from '../shell/live.svelte';

/** What can be done in the meeting besides voting. */
export type Activity = 'texts' | 'questions' | 'evidence' | 'ideas' | 'plan' | 'roadmap' | 'matrix' | 'practices' | 'pledges' | 'outcome';

/** The phases of the sample agenda; another agenda's phases fall back to what the meeting holds. */
const known: Record<string, readonly Activity[]> = {
  arrive: [],
  presentation: ['questions'],
  evidence: ['evidence'],
  strategy_cafe: ['texts'],
  strategy_vote: ['texts'],
  break: [],
  action_plan: ['ideas', 'plan'],
  network_model: ['roadmap', 'matrix', 'practices', 'pledges'],
  decision: ['plan'],
  harvest: ['pledges'],
  close: ['outcome'],
};

export function activitiesOf(phase: string, entities: Entities): readonly Activity[] {
  const listed = known[phase];
  if (listed) return listed;
  const content = entities.content;
  const found: Activity[] = ['questions'];
  if (entities.all('text').length > 0) found.push('texts');
  if ((content?.evidence.length ?? 0) > 0) found.push('evidence');
  if (entities.all('idea').length > 0) found.push('ideas');
  if (entities.all('activity').length > 0) found.push('plan');
  if ((content?.steps.length ?? 0) > 0) found.push('roadmap', 'matrix');
  return [...found, 'practices', 'pledges'];
}

const titles: Record<string, string> = {
  arrive: 'Arrive',
  presentation: 'Presentation',
  evidence: 'Evidence gallery',
  strategy_cafe: 'Strategy café',
  strategy_vote: 'Vote on the strategy',
  break: 'Break',
  action_plan: 'Action plan',
  network_model: 'Network model',
  decision: 'Decision',
  harvest: 'Harvest',
  close: 'Close',
};
/** The agenda's own title, else one for a known phase, else its id in words. */
export function phaseTitle(phase: Pick<PhaseView, 'phase' | 'title'>): string {
  const words = phase.phase.replace(/[_-]+/g, ' ');
  const own = phase.title && phase.title !== phase.phase ? phase.title : '';
  return own || titles[phase.phase] || words.charAt(0).toUpperCase() + words.slice(1);
}

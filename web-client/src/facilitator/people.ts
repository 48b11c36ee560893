import { Role, type Network, type PersonView } from '@atelier/sdk';

export interface NetworkCount {
  id: string;
  name: string;
  present: number;
  joined: number;
}

/** Staff lead the meeting and are not counted among those who came to it. */
const staff: ReadonlySet<Role> = new Set([Role.ORGANISER, Role.FACILITATOR, Role.CO_FACILITATOR, Role.PROJECTOR]);

/** How many of each network joined and are here now; networks of nobody are left out, unless they are of the roster. */
export function peopleByNetwork(people: readonly PersonView[], networks: readonly Network[]): NetworkCount[] {
  const counts = networks.map((network) => ({ id: network.id, name: network.name, present: 0, joined: 0 }));
  const expected = new Set(people.map((person) => person.network));
  for (const person of people) {
    const count = counts.find((one) => one.id === person.network);
    if (!count || !person.joined || staff.has(person.role)) continue;
    count.joined += 1;
    if (person.present) count.present += 1;
  }
  return counts.filter((count) => expected.has(count.id));
}

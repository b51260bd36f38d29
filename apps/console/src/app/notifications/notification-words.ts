import type { Family, Importance, NamedTarget, QuietHours } from '@checkstack/api';
import type { IconName } from '../ui/icon.js';

export const familyWords: Record<Family, { title: string; hint: string }> = {
  state: { title: 'Changes of state', hint: 'A system is down, gets worse or better, recovers.' },
  incident: { title: 'Incidents', hint: 'What people write about an outage.' },
  maintenance: { title: 'Maintenance', hint: 'Planned, begun, over.' },
  dependency: { title: 'Trouble elsewhere', hint: 'A system is impaired only by one that it depends on.' },
  satellite: { title: 'Satellites', hint: 'One goes offline or comes back.' },
  slo: { title: 'Service levels', hint: 'An error budget burns too fast.' },
  platform: { title: 'Checkstack itself', hint: 'Trouble with this installation.' },
};

export const importanceWords: Record<Importance, string> = {
  info: 'Everything',
  warning: 'From warning on',
  critical: 'Only what is critical',
};

export const importanceIcons: Record<Importance, IconName> = {
  info: 'info',
  warning: 'degraded',
  critical: 'unhealthy',
};

export function targetWords(target: NamedTarget): string {
  switch (target.kind) {
    case 'everything':
      return 'Everything';
    case 'group':
      return `Group ${target.name}`;
    case 'tag':
      return `Tag ${target.tag}`;
    case 'system':
      return target.name;
  }
}

export const dayNames = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];

/** `Every day, 22:00 to 07:00`, `Saturday and Sunday, 00:00 to 00:00` */
export function quietWords({ days, from, until }: QuietHours): string {
  const sorted = days.toSorted((one, other) => one - other);
  const names = sorted.map((day) => dayNames[day - 1] ?? '');
  const isWorkdays = sorted.join('') === '12345';
  const all = names.length > 1 ? `${names.slice(0, -1).join(', ')} and ${names.at(-1) ?? ''}` : (names[0] ?? '');
  const on = names.length === 7 ? 'Every day' : isWorkdays ? 'Monday to Friday' : all;
  return `${on}, ${from} to ${until}${until <= from ? ' on the next day' : ''}`;
}

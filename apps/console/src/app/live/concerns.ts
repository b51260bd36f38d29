import type { LiveMessage } from '@checkstack/api';

/** Whether a message may belong to a topic. Messages carry no topic; a slice's state says neither check nor system. */
export function concerns(topic: string, message: LiveMessage): boolean {
  const [kind, id] = topic.split(':');
  switch (message.type) {
    case 'refresh':
      return true;
    case 'subscribed':
      return message.topics.includes(topic);
    case 'runs':
      return message.runs.some(
        (run) => (kind === 'check' && run.check.id === id) || (kind === 'system' && run.system.id === id),
      );
    case 'state':
      return (
        kind === 'states' ||
        ((kind === 'check' || kind === 'system') && (message.subject.kind === 'slice' || message.subject.id === id))
      );
    case 'satellite':
      return kind === 'satellites';
    case 'changed':
      return kind === 'catalog';
    case 'notifications':
      return kind === 'notifications';
    case 'test-run':
      return kind === 'test-run' && message.id === id;
  }
}

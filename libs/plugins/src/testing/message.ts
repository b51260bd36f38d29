import type { Message } from '@checkstack/plugin-sdk';

/** A message with something in every part, hostile in some. */
export function sampleMessage(given: Partial<Message> = {}): Message {
  return {
    id: '0b5f8f6e-6b3c-4f0e-9c1b-0d6a4f6f9f10',
    family: 'state',
    importance: 'critical',
    event: { type: 'state', what: 'unhealthy' },
    title: 'Shop <front> is unhealthy & slow',
    body: 'Connection **refused** by `10.0.0.5:443`.\n\n- [Run book](https://wiki.example.org/shop)\n- <script>alert(1)</script> [x](javascript:alert(1))',
    fields: [
      { label: 'Since', value: '10:04 UTC' },
      { label: 'Check', value: 'Front page' },
    ],
    subjects: [
      {
        kind: 'system',
        id: '7c1d3a52-56a7-4d5c-8b0e-2f0f6f1f8a11',
        name: 'Shop',
        url: 'https://checkstack.example.org/systems/7c1d3a52-56a7-4d5c-8b0e-2f0f6f1f8a11',
      },
    ],
    action: { label: 'Acknowledge', url: 'https://checkstack.example.org/alerts/1' },
    at: '2026-11-23T10:04:05.000Z',
    collapseKey: 'alert:1',
    ...given,
  };
}

/** Longer than any service takes, in every part. */
export function endlessMessage(): Message {
  return sampleMessage({
    title: 'T'.repeat(5_000),
    body: '**bold** &<> `ü`\n\n'.repeat(4_000),
    fields: Array.from({ length: 60 }, (_, number) => ({ label: `L${number}`, value: '<&>ü'.repeat(2_000) })),
    subjects: Array.from({ length: 60 }, (_, number) => ({
      kind: 'system',
      id: String(number),
      name: 'N'.repeat(500),
      url: `https://example.org/${number}`,
    })),
    action: { label: 'A'.repeat(500), url: 'https://example.org/' },
  });
}

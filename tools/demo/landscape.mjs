// What the demo shows: places, systems and the checks on them.

export const locations = ['Frankfurt', 'Virginia', 'Singapore'];

export const environments = [{ name: 'Production', description: 'What customers use.' }];

const degraded = 'degraded';

/** Each system has one check; `config` gets the port its target listens on. */
export const systems = [
  {
    name: 'Web shop',
    description: 'The catalogue and the basket. Its pace follows the time of day.',
    group: 'Storefront',
    check: web('Home page', 'shop', [{ fact: 'body', operator: 'contains', value: 'web shop' }]),
  },
  {
    name: 'Payments',
    description: 'Slow for a while every few minutes: a run over 500 ms is degraded.',
    group: 'Storefront',
    check: web('Payment service', 'payments', [
      { fact: 'firstByteMs', operator: 'less', value: 500, severity: degraded },
    ]),
  },
  {
    name: 'Search',
    description: 'Answers 503 for a third of every minute.',
    group: 'Storefront',
    check: web('Search service', 'search', []),
  },
  {
    name: 'Warehouse',
    description: 'Its queue fills and empties: more than 90 waiting orders are degraded.',
    group: 'Back office',
    check: web('Warehouse queue', 'warehouse', [
      { fact: 'body', path: '$.queue', operator: 'at_most', value: 90, severity: degraded },
    ]),
  },
  {
    name: 'Staff portal',
    description: 'Refuses connections for a minute every five minutes.',
    group: 'Back office',
    check: web('Staff portal', 'staff', []),
  },
  {
    name: 'Mail gateway',
    description: 'A TCP check that reads the greeting of the mail server.',
    group: 'Back office',
    check: {
      name: 'Mail greeting',
      kind: 'tcp',
      target: 'mail',
      config: (port) => ({ host: '127.0.0.1', port, expect: { type: 'contains', text: '220 ' } }),
      collectors: [{ collector: 'connection' }],
    },
  },
];

function web(name, target, assertions) {
  return {
    name,
    kind: 'http',
    target,
    config: (port) => ({ url: `http://127.0.0.1:${port}/` }),
    collectors: [{ collector: 'response', assertions }],
  };
}

// Who may import whom (docs/architecture.md). A package that is not named in a row may not be imported from there.

const packages = ['link', 'plugin-sdk', 'plugins', 'api'];

/** from → the packages it may import; `plugins/probes` stands for the probes alone. */
const mayImport = {
  'apps/hub': ['link', 'plugin-sdk', 'plugins', 'api'],
  'apps/satellite': ['link', 'plugin-sdk', 'plugins/probes'],
  'apps/console': ['api'],
  'apps/e2e': ['api'],
  'libs/api': ['plugin-sdk/assertions'],
  'libs/plugins': ['plugin-sdk'],
  'libs/link': [],
  'libs/plugin-sdk': [],
};

const sockets = ['net', 'tls', 'dgram', 'http', 'https', 'http2', 'dns', 'dns/promises'].flatMap((name) => [
  name,
  `node:${name}`,
]);

function forbidden(allowed) {
  return packages
    .filter((name) => !allowed.includes(name))
    .map((name) => {
      const inner = allowed.filter((entry) => entry.startsWith(`${name}/`)).map((entry) => entry.slice(name.length));
      const except = inner.length > 0 ? `(?!(?:${inner.join('|')})$)` : '';
      return {
        regex: `^@checkstack/${name}(?![\\w-])${except}`,
        message: 'Not in the import table of docs/architecture.md.',
      };
    });
}

const apps = ['hub', 'satellite', 'console', 'e2e'];

const otherApps = {
  group: [...apps.map((name) => `@checkstack/${name}`), ...[...apps, ...packages].map((name) => `**/${name}/src/**`)],
  message: 'An app is nobody’s library, and a package has one door.',
};

/** Specs run against real servers, which they, or `testing/`, start themselves. */
const specsOfProbes = {
  files: ['libs/plugins/**/*.spec.ts', 'libs/plugins/src/testing/*.ts'],
  rules: { 'no-restricted-imports': ['error', { patterns: [otherApps, ...forbidden(mayImport['libs/plugins'])] }] },
};

/** @type {import('eslint').Linter.Config[]} */
export const importTable = [
  ...Object.entries(mayImport).map(([from, allowed]) => ({
    files: [`${from}/**/*.ts`],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            otherApps,
            ...forbidden(allowed),
            ...(from === 'apps/hub'
              ? [
                  {
                    regex: '^\\.\\./.*\\.entity\\.js$',
                    message: 'A feature uses another feature’s service, never its entity.',
                  },
                ]
              : []),
          ],
          ...(from === 'libs/plugins'
            ? {
                paths: sockets.map((name) => ({
                  name,
                  message: 'A probe reaches the network through its context only.',
                })),
              }
            : {}),
        },
      ],
    },
  })),
  specsOfProbes,
];

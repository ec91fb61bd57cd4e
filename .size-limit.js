// Budgets for what an application bundles, measured over dist (build first): minified, uncompressed, dependencies in.
export default [
  {
    name: 'all of core and one provider',
    path: 'packages/core/dist/index.js',
    import: { 'packages/core/dist/index.js': '*', 'packages/core/dist/providers/liasonpay.js': '{ liasonpay }' },
    // Every kind and grammar is in it, and most of it is words: a refusal at start-up names the option and the remedy. On a server nobody downloads them.
    limit: '155 kB',
    brotli: false,
    modifyEsbuildConfig: (config) => ({ ...config, platform: 'node', format: 'esm', logLevel: 'error' }),
  },
  {
    name: 'the edge build: a guarded fetch handler and one provider',
    path: 'packages/core/dist/web/fetch.js',
    import: {
      'packages/core/dist/web/fetch.js': '{ webhook }',
      'packages/core/dist/web/providers/stripe.js': '{ stripe }',
    },
    limit: '128 kB',
    brotli: false,
    // As a worker is bundled. What is Node's own would not resolve.
    modifyEsbuildConfig: (config) => ({ ...config, platform: 'browser', format: 'esm', logLevel: 'error' }),
  },
  {
    name: 'sealing fields',
    path: 'packages/core/dist/fields.js',
    import: '{ sealFields }',
    limit: '16 kB',
    brotli: false,
    modifyEsbuildConfig: (config) => ({ ...config, platform: 'node', format: 'esm', logLevel: 'error' }),
  },
];

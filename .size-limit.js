// Budgets for what an application bundles, measured over dist (build first): minified, uncompressed, dependencies in.
export default [
  {
    name: 'all of core and one provider',
    path: 'packages/core/dist/index.js',
    import: { 'packages/core/dist/index.js': '*', 'packages/core/dist/providers/liasonpay.js': '{ liasonpay }' },
    // Most of it is words: a refusal at start-up names the option and the remedy. On a server nobody downloads them.
    limit: '64 kB',
    brotli: false,
    modifyEsbuildConfig: (config) => ({ ...config, platform: 'node', format: 'esm', logLevel: 'error' }),
  },
];

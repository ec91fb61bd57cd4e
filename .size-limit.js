// Budgets for what an application bundles, measured over dist (build first): minified, uncompressed, dependencies in.
export default [
  {
    name: 'all of core and one provider',
    path: 'packages/core/dist/index.js',
    import: { 'packages/core/dist/index.js': '*', 'packages/core/dist/providers/liasonpay.js': '{ liasonpay }' },
    limit: '25 kB',
    brotli: false,
    modifyEsbuildConfig: (config) => ({ ...config, platform: 'node', format: 'esm', logLevel: 'error' }),
  },
];

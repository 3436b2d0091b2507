import { defineProject } from 'vitest/config'

// Every case of two tables once more, over the oldest axios that the peer range allows.
export default defineProject({
  resolve: {
    conditions: ['@xconnector/source', 'node', 'import'],
    alias: [{ find: /^axios$/, replacement: 'axios-oldest' }],
  },
  ssr: { resolve: { conditions: ['@xconnector/source', 'node'] } },
  test: {
    name: 'http-oldest-axios',
    include: ['test/transport/{case-table,wire-attempts,oldest-axios}.test.ts'],
    isolate: false,
    setupFiles: ['test/support/globals-as-found.ts', 'test/support/property-seed.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
})

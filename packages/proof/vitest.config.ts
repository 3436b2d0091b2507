import { defineProject } from 'vitest/config'

export default defineProject({
  resolve: { conditions: ['@xconnector/source', 'node', 'import'] },
  ssr: { resolve: { conditions: ['@xconnector/source', 'node', 'import'] } },
  test: {
    name: 'proof',
    include: ['test/**/*.test.ts'],
    // Real processes that are killed and started again, on a machine that does other things too.
    testTimeout: 120_000,
    hookTimeout: 60_000,
  },
})

import { defineProject } from 'vitest/config'

export default defineProject({
  resolve: { conditions: ['@xconnector/source', 'node', 'import'] },
  ssr: { resolve: { conditions: ['@xconnector/source', 'node', 'import'] } },
  test: {
    name: 'example-patterns',
    include: ['test/**/*.test.ts'],
    // Nothing in these modules or tests outlives its file, so that one worker may run many.
    isolate: false,
    testTimeout: 60_000,
  },
})

import { defineProject } from 'vitest/config'

export default defineProject({
  resolve: { conditions: ['@xconnector/source', 'node', 'import'] },
  ssr: { resolve: { conditions: ['@xconnector/source', 'node', 'import'] } },
  test: {
    name: 'core',
    include: ['test/**/*.test.ts'],
    // Nothing in these modules or tests outlives its file, so that one worker may run many: less than half the time.
    isolate: false,
    setupFiles: ['test/property-seed.ts'],
    // Hundreds of interleavings take seconds on a machine at rest, and much longer where it is not.
    testTimeout: 120_000,
    hookTimeout: 60_000,
  },
})

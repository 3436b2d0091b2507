import { defineProject } from 'vitest/config'

export default defineProject({
  resolve: { conditions: ['@xconnector/source', 'node', 'import'] },
  ssr: { resolve: { conditions: ['@xconnector/source', 'node'] } },
  test: {
    name: 'http',
    include: ['test/**/*.test.ts'],
    // In a project of its own, where another axios is loaded.
    exclude: ['test/transport/oldest-axios.test.ts'],
    // Nothing in these modules or tests outlives its file, so that one worker may run many: less than half the time.
    isolate: false,
    setupFiles: ['test/support/globals-as-found.ts', 'test/support/property-seed.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
})

import { defineProject } from 'vitest/config'

export default defineProject({
  resolve: { conditions: ['@xconnector/source', 'node', 'import'] },
  ssr: { resolve: { conditions: ['@xconnector/source', 'node', 'import'] } },
  test: {
    name: 'sqlite',
    include: ['test/**/*.test.ts'],
    typecheck: { enabled: false, include: ['test/**/*.test-d.ts'] },
    // Every durable call waits for the disk, whose speed is not the tests' business.
    testTimeout: 60_000,
    globalSetup: ['test/build-thread.ts'],
  },
})

import { defineProject } from 'vitest/config'

export default defineProject({
  test: {
    name: 'dev',
    include: ['test/**/*.test.ts'],
    // Nothing in these modules or tests outlives its file, so that one worker may run many: less than half the time.
    isolate: false,
    exclude: ['test/fixtures/**'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
})

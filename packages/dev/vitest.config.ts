import { defineProject } from 'vitest/config'

export default defineProject({
  test: {
    name: 'dev',
    include: ['test/**/*.test.ts'],
    exclude: ['test/fixtures/**'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
})

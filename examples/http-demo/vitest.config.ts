import { defineProject } from 'vitest/config'

export default defineProject({
  test: {
    name: 'http-demo',
    include: ['test/**/*.test.ts'],
    testTimeout: 120_000,
  },
})

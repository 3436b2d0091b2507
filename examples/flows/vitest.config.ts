import { defineProject } from 'vitest/config'

export default defineProject({
  test: {
    name: 'flows',
    include: ['test/**/*.test.ts'],
    testTimeout: 120_000,
  },
})

import { defineProject } from 'vitest/config'

export default defineProject({
  test: {
    name: 'example-kit',
    include: ['test/**/*.test.ts'],
  },
})

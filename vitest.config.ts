import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    // Three: on two cores one would be the default, and much of the time is waiting for processes and disks.
    maxWorkers: 3,
    projects: ['packages/*/vitest.config.ts', 'examples/*/vitest.config.ts'],
    coverage: {
      provider: 'v8',
      include: ['packages/*/src/**/*.ts'],
      exclude: ['packages/bench/**'],
      reporter: ['text-summary', 'json-summary'],
    },
  },
})

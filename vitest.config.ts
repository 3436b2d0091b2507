import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    projects: [
      'packages/*/vitest.config.ts',
      'packages/http/vitest.oldest-axios.config.ts',
      'examples/*/vitest.config.ts',
    ],
    coverage: {
      provider: 'v8',
      // Relative to each project.
      include: ['src/**/*.ts'],
      exclude: ['packages/bench/**'],
      reporter: ['text-summary', 'json-summary'],
    },
  },
})

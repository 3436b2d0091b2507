import { defineProject } from 'vitest/config'

export default defineProject({
  resolve: { conditions: ['@xconnector/source', 'node', 'import'] },
  ssr: { resolve: { conditions: ['@xconnector/source', 'node', 'import'] } },
  test: {
    name: 'flows',
    include: ['test/**/*.test.ts'],
    testTimeout: 20_000,
  },
})

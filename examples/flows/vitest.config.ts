import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { defineProject } from 'vitest/config'

export default defineProject({
  resolve: { conditions: ['@xconnector/source', 'node', 'import'] },
  ssr: { resolve: { conditions: ['@xconnector/source', 'node', 'import'] } },
  test: {
    name: 'flows',
    include: ['test/**/*.test.ts'],
    // Nothing in these modules or tests outlives its file, so that one worker may run many.
    isolate: false,
    testTimeout: 60_000,
    // Read when the flow's module is: its test removes it.
    env: { SCANS_DIR: join(tmpdir(), `xconnector-scans-${process.pid}`) },
  },
})

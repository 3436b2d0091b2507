import { expect, test } from 'vitest'
import { repositoryFile } from '../../src/house/repository-files.ts'
import { throughPorts } from '../../src/house/rules/through-ports.ts'

const found = (code: string, path = 'packages/core/src/run/loop.ts'): number =>
  throughPorts.check([repositoryFile(path, code)]).length

test.each([
  'Date.now()',
  'const now = Date.now',
  'const { now } = Date',
  'const { now: clock } = performance',
  'new Date()',
  'new globalThis.Date()',
  'Date()',
  'performance.now()',
  'process.hrtime.bigint()',
  'Math.random()',
  "Math['random']()",
  'setTimeout(f, 1)',
  'globalThis.setTimeout(f, 1)',
  "globalThis['setInterval'](f, 1)",
  'const { setTimeout: later } = globalThis',
  'const timers = { setImmediate }',
  'const later = options.later ?? setTimeout',
  'AbortSignal.timeout(5)',
  'crypto.randomUUID()',
  'globalThis.crypto.getRandomValues(bytes)',
  "import 'node:timers'",
  "import { setTimeout as sleep } from 'node:timers/promises'\nsleep(1)",
  "const t = await import('timers')",
])('%s is found once', (code) => {
  expect(found(code)).toBe(1)
})

test.each([
  'new Date(0)',
  'new Date(clock.now())',
  'Date.parse(text)',
  'Math.max(1, 2)',
  'socket.setTimeout(0)',
  'interface Timers { setTimeout(f: () => void): void }',
  'type Timer = ReturnType<typeof setTimeout>',
  'clearTimeout(timer)',
  'const text = "Date.now()" // Math.random()',
  'AbortSignal.any([])',
])('%s is allowed', (code) => {
  expect(found(code)).toBe(0)
})

test('ports, tests and private packages may use all of it', () => {
  for (const path of [
    'packages/core/src/ports/clock.ts',
    'packages/core/test/clock.test.ts',
    'packages/bench/src/pipeline.ts',
    'examples/demo/src/main.ts',
  ])
    expect(found('setTimeout(f, Date.now())', path)).toBe(0)
})

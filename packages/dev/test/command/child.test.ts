import { expect, test } from 'vitest'
import { run, runNode } from '../../src/command/child.ts'

test('the code and both outputs come back, without colours', async () => {
  const script = "console.log('\\u001b[31mred\\u001b[0m'); console.error('seen'); process.exit(3)"
  const { code, output } = await runNode(['-e', script])
  expect(code).toBe(3)
  expect(output.split('\n').sort()).toEqual(['', 'red', 'seen'])
})

test('a program that does not exist is a result', async () => {
  const { code, output } = await run('no-such-program', [])
  expect(code).toBe(1)
  expect(output).toContain('cannot start no-such-program')
})

test('a child that exceeds its limit is ended, with its own children', async () => {
  const script =
    "require('child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'inherit' }); setInterval(() => {}, 1000)"
  const { code, output } = await runNode(['-e', script], { limit: 500 })
  expect(code).toBe(1)
  expect(output).toContain('ended after its limit of 0.5 s')
})

test('a child has no input to wait for', async () => {
  const { code } = await runNode(['-e', "process.stdin.resume().on('end', () => process.exit(4))"])
  expect(code).toBe(4)
})

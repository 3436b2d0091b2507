import { expect, test } from 'vitest'
import { runSteps } from '../../src/steps/schedule.ts'
import { oneCheck, type Step } from '../../src/steps/step.ts'

// Steps that record when they start and end.
const recorder = () => {
  const log: string[] = []
  const step = (name: string, more: Partial<Step> = {}, passes = true): Step => ({
    name,
    run: async () => {
      log.push(`+${name}`)
      await new Promise(setImmediate)
      log.push(`-${name}`)
      return oneCheck(passes, '')
    },
    ...more,
  })
  return { log, step }
}

test('two steps run at a time, not three', async () => {
  const { log, step } = recorder()
  await runSteps([step('a'), step('b'), step('c')], 2, () => {})
  expect(log.slice(0, 2)).toEqual(['+a', '+b'])
  expect(log.indexOf('+c')).toBeGreaterThan(log.indexOf('-a'))
})

test('a step waits for the steps it needs', async () => {
  const { log, step } = recorder()
  await runSteps([step('b', { after: ['a'] }), step('a')], 2, () => {})
  expect(log).toEqual(['+a', '-a', '+b', '-b'])
})

test('a step that must be alone is', async () => {
  const { log, step } = recorder()
  await runSteps([step('a'), step('b', { alone: true }), step('c')], 2, () => {})
  const at = log.indexOf('+b')
  expect(log[at + 1]).toBe('-b')
  expect(log).toHaveLength(6)
})

test('a step whose need failed is not run and is a failure', async () => {
  const { log, step } = recorder()
  const ended = await runSteps([step('a', {}, false), step('b', { after: ['a'] })], 2, () => {})
  expect(log).toEqual(['+a', '-a'])
  expect(ended[1]!.result).toMatchObject({ passed: 0, failed: 1, output: 'not run, because this failed: a' })
})

test('a step that throws is a failure and stops no other', async () => {
  const { step } = recorder()
  const broken: Step = { name: 'x', run: () => Promise.reject(new Error('no compiler')) }
  const ended = await runSteps([broken, step('a')], 2, () => {})
  expect(ended.map((e) => e.result.failed)).toEqual([1, 0])
  expect(ended[0]!.result.output).toContain('no compiler')
})

test('a step that checks nothing is a failure', async () => {
  const { step } = recorder()
  const nothing = { passed: 0, failed: 0, skipped: 0, output: '' }
  const [ended] = await runSteps([step('a', { run: async () => nothing })], 2, () => {})
  expect(ended!.result).toMatchObject({ failed: 1, output: '\nit checked nothing' })
})

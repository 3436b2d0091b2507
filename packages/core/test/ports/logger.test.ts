import { describe, expect, test } from 'vitest'
import { Secret, stderrLogger } from '../../src/index.js'

describe('stderrLogger', () => {
  const lines: string[] = []
  const log = stderrLogger(
    () => 5,
    (line) => lines.push(line),
  )

  test('writes warnings and errors as one JSON object a line, with pino’s level numbers', () => {
    lines.length = 0
    log.debug({}, 'no')
    log.info({}, 'no')
    log.warn({ flow: 'f' }, 'careful')
    log.error({ token: new Secret('s3cr3t', 'TOKEN') }, 'two\nlines')
    expect(lines.map((l) => JSON.parse(l) as unknown)).toEqual([
      { level: 40, time: 5, flow: 'f', msg: 'careful' },
      { level: 50, time: 5, token: '[TOKEN]', msg: 'two\nlines' },
    ])
    expect(lines.every((l) => l.endsWith('\n') && l.indexOf('\n') === l.length - 1)).toBe(true)
  })

  test('survives what cannot be written as JSON', () => {
    lines.length = 0
    const cycle: { self?: object } = {}
    cycle.self = cycle
    log.warn(cycle, 'round')
    expect(JSON.parse(lines[0]!)).toMatchObject({ level: 50 })
  })
})

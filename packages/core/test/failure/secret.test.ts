import { inspect } from 'node:util'
import { describe, expect, test } from 'vitest'
import { Secret } from '../../src/index.js'

describe('Secret', () => {
  const secret = new Secret('hunter2', 'PASSWORD')

  test('prints as a mask wherever it is printed', () => {
    const printed = [
      String(secret),
      `${secret.toString()}`,
      JSON.stringify({ secret }),
      inspect({ secret }, { depth: 9, showHidden: true }),
      Object.entries(secret).join(),
    ].join('\n')
    expect(printed).not.toContain('hunter2')
    expect(printed).toContain('[PASSWORD]')
  })

  test('is given only by reveal, and compared by equals', () => {
    expect(secret.reveal()).toBe('hunter2')
    const others = ['hunter2', 'hunter', 'hunter22', 'Hunter2', '', 'hunter2\0']
    expect(others.map((o) => secret.equals(o))).toEqual([true, false, false, false, false, false])
    expect(new Secret('').equals('')).toBe(true)
  })
})

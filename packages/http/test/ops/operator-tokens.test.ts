import { inspect } from 'node:util'
import { describe, expect, test } from 'vitest'
import { config, Secret, secret } from '@xconnector/core'
import { operatorTokens, type OpsRequest } from '../../src/ops/index.js'
import { operated } from './operated.js'

const LOOK = 'l'.repeat(20)
const ACT = 'a'.repeat(20)

const asking = (authorization: string | undefined): OpsRequest =>
  ({ header: (name: string) => (name === 'authorization' ? authorization : undefined) }) as OpsRequest

describe('tokens of operators', () => {
  test('let in whose token it is, and nobody else', async () => {
    const who = operatorTokens({
      grafana: { token: LOOK, may: 'look' },
      ann: { token: new Secret(ACT), may: 'act' },
    })
    const of = (header: string | undefined): unknown => who(asking(header))
    expect(of(`Bearer ${LOOK}`)).toEqual({ name: 'grafana', may: 'look' })
    expect(of(`bearer  ${ACT}`)).toEqual({ name: 'ann', may: 'act' })
    for (const wrong of [
      undefined,
      '',
      'Bearer',
      `Bearer ${LOOK}x`,
      `Bearer ${LOOK.slice(1)}`,
      `Basic ${LOOK}`,
      LOOK,
      `Bearer ${LOOK} ${ACT}`,
    ])
      expect([wrong, of(wrong)]).toEqual([wrong, false])
    expect(inspect(who, { showHidden: true, depth: 9 })).not.toMatch(/llll|aaaa/)
  })

  test('come from a configuration, read at the first request', async () => {
    const env = config({ OPS_TOKEN: secret }, { OPS_TOKEN: ACT })
    await using o = await operated({
      ops: { authorize: operatorTokens({ ann: { token: env.OPS_TOKEN, may: 'act' } }) },
    })
    expect((await o.get('/ops/status', { authorization: `Bearer ${ACT}` })).status).toBe(200)
    expect((await o.get('/ops/status', { authorization: `Bearer ${LOOK}` })).status).toBe(401)
    const missing = config({ OPS_TOKEN: secret }, {})
    await using none = await operated({
      ops: { authorize: operatorTokens({ ann: { token: missing.OPS_TOKEN, may: 'act' } }) },
    })
    expect((await none.get('/ops/status', { authorization: 'Bearer undefined' })).status).toBe(500)
  })

  test.each<[Parameters<typeof operatorTokens>[0], RegExp]>([
    [{}, /^operatorTokens: expected at least one operator, got none$/],
    [{ ' ': { token: ACT, may: 'act' } }, /^operatorTokens: expected names/],
    [
      { ann: { token: ACT, may: 'all' as never } },
      /^operatorTokens ann\.may: expected 'look' or 'act', got all$/,
    ],
    [
      { ann: { token: undefined as never, may: 'act' } },
      /^operatorTokens ann\.token: expected a secret, got undefined$/,
    ],
    [
      { ann: { token: '  ', may: 'act' } },
      /^operatorTokens ann\.token: expected a secret, got an empty text$/,
    ],
    [
      { ann: { token: 'pl4nted-short', may: 'act' } },
      /^operatorTokens ann\.token: expected at least 16 characters, got 13$/,
    ],
  ])('that make no sense are named, and never shown: %j', (tokens, message) => {
    expect(() => operatorTokens(tokens)).toThrow(message)
    expect(() => operatorTokens(tokens)).toThrow(TypeError)
  })
})

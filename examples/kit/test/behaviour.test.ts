import { describe, expect, test } from 'vitest'
import { rejecting, slow, whereTaken, type Keyed } from '../src/behaviour.ts'

const rejects = (): ReturnType<typeof rejecting<Keyed>> =>
  rejecting<Keyed>(({ entry }) => entry === 'bad', 'no such tax rate')

describe('a behaviour', () => {
  test('rejects the same ones again and again until it is mended', () => {
    const behaviour = rejects()
    const bad = { applied: false, answer: { status: 422, body: { title: 'no such tax rate' } } }
    expect(behaviour.react({ entry: 'bad' })).toMatchObject(bad)
    expect(behaviour.react({ entry: 'bad' })).toMatchObject(bad)
    expect(behaviour.react({ entry: 'good' })).toMatchObject({ applied: true, answer: { status: 200 } })
    behaviour.mend()
    expect(behaviour.react({ entry: 'bad' })).toMatchObject({ applied: true, answer: { status: 200 } })
  })

  test('of two is the second one where the first takes a request in', () => {
    const behaviour = whereTaken(rejects(), slow(40, 80))
    expect(behaviour.react({ entry: 'bad' }).answer).toMatchObject({ status: 422 })
    expect(behaviour.react({ entry: 'good' }).after).toBeGreaterThanOrEqual(40)
    behaviour.mend()
    expect(behaviour.react({ entry: 'bad' }).answer).toMatchObject({ status: 200 })
  })
})

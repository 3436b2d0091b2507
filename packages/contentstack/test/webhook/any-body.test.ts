import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeWith, type Json } from '@xconnector/core'
import { eventDecoder } from '../../src/webhook/event-decoder.js'
import { EVENT_NAMES, eventNameOf } from '../../src/webhook/event-name.js'
import { fakeStack } from '../../src/testing/index.js'

const decode = decodeWith(eventDecoder(new Set(EVENT_NAMES)))
const stack = fakeStack({ contentTypes: ['article'] })
const { uid } = stack.entries.save('article', { title: 'A', group: { list: [1, { deep: true }] } })
const genuine = stack.entries.publish(uid).bodies.full as Readonly<Record<string, Json>>

test('no body makes the decoder throw', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (body) => {
      expect(eventNameOf(body as Json)).toBeUndefined()
      expect(decode(body)).toMatchObject({ _tag: 'Left' })
    }),
  )
})

test('of a genuine event any field may be another value: it decodes, or says what is wrong', () => {
  const places = [
    ...Object.keys(genuine).map((key) => [key]),
    ...Object.keys(genuine['data'] as object).map((key) => ['data', key]),
    ...['uid', 'title', 'locale', '_version', 'group'].map((key) => ['data', 'entry', key]),
  ]
  fc.assert(
    fc.property(fc.constantFrom(...places), fc.jsonValue(), (place, value) => {
      const changed = structuredClone(genuine) as Record<string, unknown>
      const parent = place.slice(0, -1).reduce((at, key) => at[key] as Record<string, unknown>, changed)
      parent[place.at(-1)!] = value
      const result = decode(changed) as { _tag: string; left?: { issues: unknown[] } }
      expect(result._tag === 'Right' || result.left!.issues.length > 0).toBe(true)
    }),
    { numRuns: 300 },
  )
})

test('fields that nobody asked for are kept in entries as they came', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.stringMatching(/^x_[a-z]{1,8}$/), fc.jsonValue()), (fields) => {
      const data = genuine['data'] as Readonly<Record<string, Json>>
      const entry = { ...(data['entry'] as object), ...fields }
      expect(decode({ ...genuine, data: { ...data, entry } })).toMatchObject({
        _tag: 'Right',
        right: { data: { entry } },
      })
    }),
  )
})

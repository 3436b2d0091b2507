import { expect, test } from 'vitest'
import { flow, type FileRef, type Source } from '@xconnector/core'
import { memoryClaims } from '@xconnector/core/patterns'
import { ingress, multipartFormat, unsigned, type ReceivedFile } from '../../src/index.js'
import { anyJson } from '../support/any-json.js'

const verify = unsigned({ because: 'a test' })
const store = memoryClaims()

test('a file knows the parameters of its path, and is a reference', () => {
  const hooks = ingress()
  const source = hooks.file({ path: '/a/:order/b/:part', store, verify })
  const typed: Source<ReceivedFile<'/a/:order/b/:part'>> = source
  flow('f')
    .from(source)
    .map('m', ({ file, params, name }) => {
      const ref: FileRef = file
      const size: number = file.size
      const order: string = params.order
      // @ts-expect-error a name may be missing
      const always: string = name
      // @ts-expect-error there is no such parameter
      const other: string = params.other
      return [ref, size, order, params.part, always, other]
    })
  expect(typed.name).toBe('/a/:order/b/:part')
})

test('what is needed is asked for', () => {
  const hooks = ingress()
  // @ts-expect-error where to?
  expect(() => hooks.file({ path: '/a', verify })).toThrow(/file \/a store: expected a store/)
  // @ts-expect-error who may send?
  expect(() => hooks.file({ path: '/b', store })).toThrow(/verify: expected a verifier/)
  const whole = { name: 'whole', verify: () => ({ ok: true }) as const }
  expect(() => hooks.file({ path: '/c', store, verify: whole })).toThrow(/looks? at a body as it goes by/)
  const format = multipartFormat({ store })
  expect(() => hooks.webhook({ path: '/d', body: anyJson, format, verify: whole })).toThrow(/whole needs it/)
  expect(() => hooks.file({ path: '/e', store, verify, types: ['pdf'] })).toThrow(/file \/e types/)
  expect(() => hooks.file({ path: '/e', store, verify, headers: ['Cookie'] })).toThrow(/never stored/)
  expect(() => hooks.file({ path: '/e', store, verify, keep: '0s' })).toThrow(/file \/e keep/)
  expect(() => hooks.file({ path: '/e', store, verify, minRate: -1 })).toThrow(/file \/e minRate/)
  expect(() => hooks.file({ path: '/e', store, verify, atOnce: 0 })).toThrow(/file \/e atOnce/)
  expect(() => hooks.file({ path: '/e', store, verify, digestHeader: 'a b' })).toThrow(
    /file \/e digestHeader/,
  )
  expect(() => hooks.file({ path: '/e', store, verify, digest: 'no' as never })).toThrow(/file \/e digest/)
})

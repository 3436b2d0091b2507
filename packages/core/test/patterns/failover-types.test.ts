import { expectTypeOf, test } from 'vitest'
import { deadLetter, flow, retry, type OutcomeUnknown, type Target } from '../../src/index.js'
import { failover } from '../../src/patterns/failover.js'
import type { FailoverExhausted } from '../../src/patterns/failover-exhausted.js'
import { roundRobin } from '../../src/patterns/round-robin.js'
import { fine, remote, type Bad, type Busy, type Down } from '../semantics/remote.js'
import type { Callable } from '../types/remotes.js'

interface Sms {
  readonly to: string
  readonly text: string
}
interface Mail {
  readonly to: string
  readonly subject: string
}

declare const sms: Target<Sms, { sid: string }, Down | Bad>
declare const mail: Target<Mail, { id: number }, Down | Busy>
declare const client: Callable<Sms, { url: string }, Busy>

const make = () => failover('tell', [sms, mail])
const shared = () => failover('tell', [sms, mail], { sharedDeduplication: true })
const turns = () => roundRobin('tell', [sms, mail, client])

test('a failover takes what all of its targets accept, and gives what any of them does', () => {
  expectTypeOf(make).returns.toEqualTypeOf<
    Target<
      Sms & Mail,
      { sid: string } | { id: number },
      Down | Bad | Busy | FailoverExhausted | OutcomeUnknown
    >
  >()
  expectTypeOf(shared).returns.toEqualTypeOf<
    Target<Sms & Mail, { sid: string } | { id: number }, Down | Bad | Busy | FailoverExhausted>
  >()
})

test('round robin brings no failure of its own', () => {
  expectTypeOf(turns).returns.toEqualTypeOf<
    Target<Sms & Mail, { sid: string } | { id: number } | { url: string }, Down | Bad | Busy>
  >()
})

test('mistakes do not compile', () => {
  const a = remote<Down, Sms>('a', () => ({}))
  const b = fine<Sms>('b')
  const start = flow('f').input<Sms>()
  const open = start.to(failover('ab', [a, b]))
  // @ts-expect-error FailoverExhausted and OutcomeUnknown have no route
  open.onError({ Down: retry() })
  open.onError({ Down: retry(), FailoverExhausted: retry(), OutcomeUnknown: deadLetter() })
  // @ts-expect-error none of them fails so
  failover('ab', [a, b], { on: ['Bad'] })
  failover('ab', [a, b], { on: ['Down'] })
  const other = fine<Mail>('mail')
  const mixed = failover('mixed', [a, other])
  // @ts-expect-error a text message has no subject
  start.to(mixed)
  start.to(mixed.with((m) => ({ ...m, subject: m.text })))
  // @ts-expect-error a step is no target
  const wrong = (): unknown => roundRobin('x', [{ name: 'x', effect: 'none', run: () => undefined }])
  expectTypeOf(wrong).returns.toBeUnknown()
})

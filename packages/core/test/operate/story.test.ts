import { describe, expect, test } from 'vitest'
import {
  byKind,
  deadLetter,
  DecodeFailed,
  failure,
  flow,
  memoryJournal,
  memoryStore,
  OutcomeUnknown,
  retry,
  type Clock,
  type Found,
  type Journal,
} from '../../src/index.js'
import { adviceFor, maskedHeaders, readDescription, storyOf } from '../../src/operate/index.js'
import { byTag } from '../../src/operate/advice-by-tag.js'
import { testFlow } from '../../src/testing/index.js'
import { Bad, fine, remote, type Order } from '../semantics/remote.js'
import { orders } from '../semantics/source.js'

const CANARY = 'c4n4ry-5ecret-value'

class Refused extends failure('Refused', 'permanent')<{
  readonly method: string
  readonly path: string
  readonly status: number
  readonly answer: string
  readonly headers: Readonly<Record<string, string>>
}> {}

const refused = (): Refused =>
  new Refused({
    method: 'POST',
    path: '/assets',
    status: 422,
    answer: `no such type; authorization: Bearer ${CANARY}`,
    headers: { 'x-request-id': '7', 'set-cookie': CANARY },
  })

/** A flow that ends with a dead letter, and the journal that it is left in. */
const dead = async () => {
  const store = memoryStore()
  let kept: Journal | undefined
  const journal = (clock: Clock): Journal => (kept = memoryJournal({ clock, store }))
  const f = flow('f', { version: 2 })
    .from(orders(), { key: (b) => String(b.n) })
    .map('add', (b) => ({ ...b, more: true }))
    .to(fine('first'))
    .to(remote<Refused>('put', refused, { effect: 'idempotent' }))
    .otherwise(byKind({ permanent: retry({ attempts: 2, initial: '1s', jitter: 'none' }) }))
  const t = testFlow(f, { journal })
  const headers = { 'x-case': '7', 'x-hub-signature': CANARY, via: `Bearer ${CANARY}` }
  const report = await t.send({ n: 1 }, { headers, type: 'placed' })
  const { id } = report.dead[0]!
  const all = await kept!.admin.find({ root: id.split('/')[0]!, limit: 10 })
  const description = readDescription((await kept!.read(['flow:f']))['flow:f']?.value)
  const of = (one: string): Found => all.find((x) => x.id === one)!
  return { t, id, found: of(id), root: of(id.split('/')[0]!), description }
}

describe('the story of a dead letter', () => {
  test('is told from the journal alone: what came in, each attempt with its call, and what to do', async () => {
    const { t, id, found, root, description } = await dead()
    const at = t.clock.now()
    const call = {
      _tag: 'Refused',
      kind: 'permanent',
      method: 'POST',
      path: '/assets',
      status: 422,
      hop: 'put',
    }
    expect(storyOf(found, root, description)).toEqual({
      id,
      flow: 'f',
      hop: 'put',
      seq: found.seq,
      state: 'dead',
      at: expect.any(Number),
      attempts: 2,
      key: '1',
      version: 2,
      headers: { 'x-case': '7', 'x-hub-signature': '[masked]', via: 'Bearer [masked]' },
      body: { n: 1, more: true },
      does: { steps: ['put'], effect: 'idempotent', destination: 'put remote', errors: [] },
      errors: [
        expect.objectContaining({ ...call, attempt: 1, at: at - 1000 }),
        expect.objectContaining({ ...call, attempt: 2, at, answer: 'no such type; authorization: [masked]' }),
      ],
      message: {
        id: id.split('/')[0],
        source: 'orders',
        type: 'placed',
        time: expect.any(Number),
        headers: { 'x-case': '7', 'x-hub-signature': '[masked]', via: 'Bearer [masked]' },
        raw: { n: 1 },
      },
      advice: {
        means: 'The same input fails again.',
        first: expect.stringContaining('Mend what it fails on'),
        replay: 'after-change',
      },
    })
    await t.stop()
  })

  test('carries no credential, told by the journal or by the runtime', async () => {
    const { t, id, found, root, description } = await dead()
    const told = [
      storyOf(found, root, description),
      await t.runtime.deadLetters.show(id),
      await t.runtime.deadLetters.list(),
      await t.runtime.status(),
    ]
    expect(JSON.stringify(told)).not.toContain(CANARY)
    expect(JSON.stringify(told[1])).toContain('[masked]')
    await t.stop()
  })

  test('is told of what is left, when the message is gone, nothing describes the flow, and nothing can be read', async () => {
    const { t, found } = await dead()
    const odd: Found = { ...found, body: '{', envelope: 'odd', errors: [null] }
    const story = storyOf(odd)
    expect(story).toMatchObject({ body: '{', version: 1, headers: {}, errors: [{ _tag: 'StepFailed' }] })
    expect([story.message, story.does]).toEqual([
      { id: story.id.split('/')[0], source: '', type: '', time: 0, headers: {} },
      undefined,
    ])
    expect(storyOf({ ...found, envelope: '[1]', errors: [] }).advice).toBeUndefined()
    await t.stop()
  })

  test('of an entry that waits says when it is due', async () => {
    const { t, found } = await dead()
    expect(storyOf({ ...found, state: 'ready', due: 7, deadline: 9 })).toMatchObject({ due: 7, deadline: 9 })
    expect(storyOf({ ...found, state: 'claimed', due: 7 })).not.toHaveProperty('due')
    await t.stop()
  })

  test('knows what a hop does that has been renamed since', async () => {
    const { t, found, description } = await dead()
    const renamed = { ...description!, renamed: { old: 'put' } }
    expect(storyOf({ ...found, hop: 'old' }, undefined, renamed).does?.destination).toBe('put remote')
    await t.stop()
  })
})

describe('advice', () => {
  const of = (_tag: string, kind: 'transient' | 'unknown' | 'permanent' | 'poison') => ({
    _tag,
    kind,
    message: '',
  })

  test('of a tag that is not known goes by its kind', () => {
    const replays = (['transient', 'unknown', 'permanent', 'poison'] as const).map(
      (kind) => adviceFor(of('Mine', kind)).replay,
    )
    expect(replays).toEqual(['safe', 'check-first', 'after-change', 'after-change'])
    expect(adviceFor(of('constructor', 'transient')).replay).toBe('safe')
  })

  test('of a tag with several kinds is of the kind that it was', () => {
    expect(adviceFor(of('Conflict', 'permanent')).first).toContain('exists already')
    expect(adviceFor(of('Conflict', 'transient')).replay).toBe('safe')
    expect(adviceFor(of('StepFailed', 'transient')).replay).toBe('safe')
  })

  test('is to check first, when an effect that must not be repeated may have taken place; and not, when it may be', () => {
    const unknown = { ...of('', 'unknown'), _tag: new OutcomeUnknown('x')._tag }
    expect(adviceFor(unknown, { effect: 'unsafe' }).replay).toBe('check-first')
    expect(adviceFor(of('ConnectionLost', 'unknown')).replay).toBe('check-first')
    expect(adviceFor(of('ConnectionLost', 'unknown'), { effect: 'keyed' })).toMatchObject({
      replay: 'safe',
      first: expect.stringContaining('same key'),
    })
  })

  test('is given for poison: to mend the decoder, or the sender', () => {
    expect(adviceFor(of(new DecodeFailed([])._tag, 'poison')).first).toMatch(/decoder.*sender/)
  })

  test('is complete sentences, each short', () => {
    for (const [tag, { means, first }] of Object.entries(byTag))
      for (const said of [means, first]) {
        expect([tag, said]).toEqual([tag, expect.stringMatching(/^[A-Z].*[.]$/)])
        expect([tag, said.length < 140]).toEqual([tag, true])
      }
  })
})

describe('headers as they are shown', () => {
  test('are masked by what their names say, and by what they look like', () => {
    const secret = {
      Authorization: CANARY,
      cookie: CANARY,
      'x-api-key': CANARY,
      'X-Gitlab-Token': CANARY,
      'stripe-signature': CANARY,
      'webhook-secret': CANARY,
      'x-forwarded-uri': `/a?access_token=${CANARY}`,
      referer: `https://me:${CANARY}@host/`,
    }
    const shown = maskedHeaders({ ...secret, 'content-type': 'application/json' })
    expect(JSON.stringify(shown)).not.toContain(CANARY)
    expect(shown).toMatchObject({ 'content-type': 'application/json', referer: 'https://[masked]@host/' })
    expect(Object.keys(shown)).toHaveLength(9)
  })

  test('of a dead letter are masked in its list too', async () => {
    await using t = testFlow(
      flow('f')
        .input<Order>()
        .to(remote<Bad>('to', () => new Bad({})))
        .otherwise(deadLetter()),
    )
    await t.send({ n: 1 }, { headers: { 'x-signature': CANARY } })
    expect((await t.runtime.deadLetters.list())[0]?.headers).toEqual({ 'x-signature': '[masked]' })
  })
})

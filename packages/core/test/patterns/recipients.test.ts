import { describe, expect, test } from 'vitest'
import { byKind, deadLetter, flow, retry } from '../../src/index.js'
import { recipients } from '../../src/patterns/recipients.js'
import { testFlow } from '../../src/testing/index.js'
import { balanced } from '../semantics/counted.js'
import { Bad, failing, fine, inputs, remote } from '../semantics/remote.js'

interface Page {
  readonly id: string
  readonly channels: readonly ('site' | 'app' | 'portal')[]
}
const page = (...channels: readonly string[]): Page => ({ id: 'p', channels: channels as Page['channels'] })

const list = () => {
  const site = fine<Page>('site')
  const app = fine<Page>('app')
  const portal = fine<{ of: string }>('portal')
  const end = fine<unknown>('end')
  return { site, app, portal, end }
}

describe('recipient list: deliveries to those that a message names', () => {
  test('those named get it, each once, the others not; the flow goes on with its body', async () => {
    const { site, app, portal, end } = list()
    const f = flow('f')
      .input<Page>()
      .through(
        recipients(
          'channels',
          { site, app, portal: portal.with((p: Page) => ({ of: p.id })) },
          (p) => p.channels,
        ),
      )
      .to(end)
      .otherwise(deadLetter())
    await using t = testFlow(f)
    await t.send(page('site', 'portal', 'site'))
    expect([site.calls.length, app.calls.length, inputs(portal)]).toEqual([1, 0, [{ of: 'p' }]])
    expect(inputs(end)).toEqual([page('site', 'portal', 'site')])
    expect(balanced(await t.runtime.counts())).toBe(true)
  })

  test('a name that is none of them: all is refused before anything is sent', async () => {
    const { site, app, portal, end } = list()
    const f = flow('f')
      .input<Page>()
      .through(recipients('channels', { site, app, portal: portal as never }, (p) => p.channels))
      .to(end)
      .otherwise(byKind())
    await using t = testFlow(f)
    const r = await t.send(page('site', 'radio'))
    expect([site.calls.length, end.calls.length]).toEqual([0, 0])
    expect(r.dead.map((d) => [d.hop, d.error._tag, d.error['unknown']])).toEqual([
      ['channels', 'Unresolved', ['radio']],
    ])
  })

  test('nobody is named: nothing is sent, and the flow goes on', async () => {
    const { site, app, end } = list()
    const f = flow('f')
      .input<Page>()
      .through(recipients('channels', { site, app }, () => []))
      .to(end)
      .otherwise(byKind())
    await using t = testFlow(f)
    await t.send(page())
    expect(end.calls.length).toBe(1)
  })

  test('one recipient that fails is retried alone, and put aside under its own name', async () => {
    const { site, end } = list()
    const app = failing('app', 9)
    const f = flow('f')
      .input<Page>()
      .through(
        recipients('channels', { site, app: app as never }, (p) => p.channels as readonly ('site' | 'app')[]),
      )
      .to(end)
      .otherwise(byKind({ transient: retry({ attempts: 3 }) }))
    await using t = testFlow(f)
    const r = await t.send(page('site', 'app'))
    expect([site.calls.length, app.calls.length, end.calls.length]).toEqual([1, 3, 1])
    expect(r.dead.map((d) => d.hop)).toEqual(['channels/app'])
  })

  test('with settle the replies of those named are joined; who was not named is not in it', async () => {
    const end = fine<unknown>('end')
    const say = (text: string) => remote<never>(text, () => ({ text }))
    const f = flow('f')
      .input<Page>()
      .through(
        recipients(
          'channels',
          { site: say('site'), app: say('app'), portal: say('portal') } as never,
          (p) => p.channels as never,
          {
            settle: 'all',
          },
        ),
      )
      .to(end)
      .otherwise(byKind())
    await using t = testFlow(f)
    await t.send(page('app', 'site'))
    expect(inputs(end)).toEqual([{ app: { text: 'app' }, site: { text: 'site' } }])
    await t.send(page())
    expect(inputs(end)[1]).toEqual({})
  })

  test('with settle a failure of one fails the join with every failure', async () => {
    const bad = remote<Bad>('bad', () => new Bad({ status: 400 }))
    const { site, end } = list()
    const f = flow('f')
      .input<Page>()
      .through(recipients('channels', { site, app: bad as never }, () => ['site', 'app'], { settle: 'all' }))
      .to(end)
      .otherwise(byKind())
    await using t = testFlow(f)
    const r = await t.send(page())
    const partial = r.dead.find((d) => d.error._tag === 'PartialFailure')!
    expect([partial.hop, partial.error['failed']]).toMatchObject(['channels/joined', [{ branch: 'app' }]])
  })

  test('a function that throws is a failed step named after the list', async () => {
    const { site, end } = list()
    const f = flow('f')
      .input<Page>()
      .through(
        recipients('channels', { site }, () => {
          throw new Error('no idea')
        }),
      )
      .to(end)
      .otherwise(byKind())
    await using t = testFlow(f)
    const r = await t.send(page())
    expect(r.dead.map((d) => [d.hop, d.error._tag])).toEqual([['channels', 'StepFailed']])
  })

  test('called in memory it sends to the same, and fails with all that failed', async () => {
    const { site, app, portal } = list()
    const open = flow('f')
      .input<Page>()
      .through(recipients('channels', { site, app, portal: portal as never }, (p) => p.channels))
    expect(await open.run(page('site'))).toEqual(page('site'))
    expect([site.calls.length, app.calls.length]).toEqual([1, 0])
    expect(await open.call(page('nope'))).toMatchObject({ left: { _tag: 'Unresolved' } })
    const bad = remote<Bad>('bad', () => new Bad({}))
    const failingOne = flow('f')
      .input<Page>()
      .through(recipients('channels', { site, bad: bad as never }, () => ['site', 'bad']))
    expect(await failingOne.call(page())).toMatchObject({
      left: { _tag: 'PartialFailure', failed: [{ branch: 'bad' }] },
    })
  })
})

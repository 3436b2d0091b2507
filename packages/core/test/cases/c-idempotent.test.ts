import { describe, expect, test } from 'vitest'
import { deadLetter, flow, type Deployable } from '../../src/index.js'
import { idempotent, type Received } from '../../src/patterns/idempotent.js'
import { testFlow, type FlowTest, type Report } from '../../src/testing/index.js'
import { kept } from '../patterns/await-reply-support.js'
import { faultyJournal } from '../runtime/faulty-journal.js'
import { Bad, fine, inputs, remote, type Remote } from '../semantics/remote.js'
import { given } from './support/given.js'

/** A numbered word. */
interface Word {
  readonly id?: string
  readonly word: string
}
const feed: readonly Word[] = [
  ['1', 'one'],
  ['2', 'two'],
  ['1', 'one'],
  ['2', 'two'],
  ['1', 'one'],
  ['3', 'three'],
].map(([id, word]) => ({ id, word }) as Word)

type Result = Remote<Received<Word, unknown>, never>
const receiver = (
  effect: Remote<Word, Bad>,
  result: Result,
  repeats: 'go on' | 'filter',
  window: '1h' | '7d' = '7d',
): Deployable =>
  flow('f')
    .from(given<Word>())
    .through(idempotent('once', { key: (w: Word) => w.id!, window, repeats }, effect))
    .to(result)
    .otherwise(deadLetter())
const words = (r: Result): readonly string[] => inputs(r).map((i) => i.body.word)

const inTurn = async (t: FlowTest, all: readonly Word[]): Promise<Report> => {
  for (const w of all) {
    await t.give(w)
    await t.run(1000)
  }
  return t.run(0)
}

describe('C: the idempotent receiver', () => {
  test('C1: filters repeats out', async () => {
    const [effect, result] = [fine<Word>('effect'), fine<Received<Word, unknown>>('result')]
    await using t = testFlow(receiver(effect, result, 'filter'))
    await inTurn(t, feed)
    expect([words(result), inputs(effect).map((w) => w.word)]).toEqual([
      ['one', 'two', 'three'],
      ['one', 'two', 'three'],
    ])
  })

  test('C2: lets repeats go on where it is told to, and says which they are', async () => {
    const effect = remote<never, Word>('effect', (w, _ctx, nth) => ({ nth, w: w.word }))
    const result: Result = fine('result')
    await using t = testFlow(receiver(effect, result, 'go on'))
    await inTurn(t, feed)
    expect(inputs(result).map((i) => [i.body.word, i.repeat, i.reply])).toEqual([
      ['one', false, { nth: 1, w: 'one' }],
      ['two', false, { nth: 2, w: 'two' }],
      ['one', true, { nth: 1, w: 'one' }],
      ['two', true, { nth: 2, w: 'two' }],
      ['one', true, { nth: 1, w: 'one' }],
      ['three', false, { nth: 3, w: 'three' }],
    ])
  })

  test('C3: repeats can be sent to a place of their own', async () => {
    const [effect, result] = [fine<Word>('effect'), fine<Received<Word, unknown>>('result')]
    const repeats: Result = fine('repeats')
    const f = flow('f')
      .from(given<Word>())
      .through(idempotent('once', { key: (w) => w.id!, window: '7d' }, effect))
      .choose((c) => c.when('repeat', (r) => r.repeat, repeats).otherwise(result))
      .otherwise(deadLetter())
    await using t = testFlow(f)
    await inTurn(t, feed)
    expect([words(repeats), words(result)]).toEqual([
      ['one', 'two', 'one'],
      ['one', 'two', 'three'],
    ])
  })

  test('C5: the key is known while the message is being worked on', async () => {
    const keeps = kept()
    const during: string[] = []
    const effect = remote<never, Word>('effect', () => {
      during.push(...keeps.names())
    })
    await using t = testFlow(receiver(effect, fine('result'), 'filter'), { journal: keeps.journal })
    await inTurn(t, feed.slice(0, 1))
    expect(during).toEqual(['idempotent:f/once/1'])
  })

  test('C6: a message without a key is an error, and not passed through', async () => {
    const [effect, result] = [fine<Word>('effect'), fine<Received<Word, unknown>>('result')]
    await using t = testFlow(receiver(effect, result, 'filter'))
    const { dead } = await t.sendAll([
      { id: '1', word: 'one' },
      { word: 'Hello World' },
      { id: '2', word: 'two' },
    ])
    expect(dead.map((d) => [(d.body as unknown as Word).word, d.error._tag])).toEqual([
      ['Hello World', 'StepFailed'],
    ])
    expect(words(result)).toEqual(['one', 'two'])
  })

  test('C7: a message that failed gives its key back: the step is called again for its repeat', async () => {
    const effect = remote<Bad, Word>('effect', (w) => (w.id === '2' ? new Bad({}) : {}))
    const result: Result = fine('result')
    await using t = testFlow(receiver(effect, result, 'filter'))
    await inTurn(t, feed)
    const r = await t.run(0)
    expect([words(result), inputs(effect).filter((w) => w.id === '2').length]).toEqual([['one', 'three'], 2])
    expect(r.dead.map((d) => [d.hop, d.error._tag])).toEqual([
      ['once/work', 'Bad'],
      ['once/work', 'Bad'],
    ])
  })

  test('C8: where the store fails, nothing is lost and nobody is blamed: it is asked again', async () => {
    const [effect, result] = [fine<Word>('effect'), fine<Received<Word, unknown>>('result')]
    let down = 0
    const keeps = kept()
    await using t = testFlow(receiver(effect, result, 'filter'), {
      journal: (clock) =>
        faultyJournal(
          keeps.journal(clock),
          (call, args) => call === 'read' && String(args).includes('/2') && down++ < 3,
        ),
    })
    const { dead } = await inTurn(t, feed)
    await t.run(10_000)
    expect([dead, down >= 3]).toEqual([[], true])
    expect(words(result).toSorted()).toEqual(['one', 'three', 'two'])
  })

  test('C11: what is done is known after a restart', async () => {
    const [effect, result] = [fine<Word>('effect'), fine<Received<Word, unknown>>('result')]
    await using t = testFlow(receiver(effect, result, 'filter'))
    await t.give({ id: '4', word: 'four' })
    await t.run(1000)
    await t.restart()
    await inTurn(t, [...feed.slice(0, 4), { id: '4', word: 'four' }, feed[0]!, feed[5]!])
    expect(words(result)).toEqual(['four', 'one', 'two', 'three'])
  })

  test('C12: keys are known for the window and no longer, and leave nothing behind', async () => {
    const keeps = kept()
    const [effect, result] = [fine<Word>('effect'), fine<Received<Word, unknown>>('result')]
    await using t = testFlow(receiver(effect, result, 'filter', '1h'), { journal: keeps.journal })
    const word = { id: 'A', word: 'A' }
    for (const wait of [0, 3_599_000, 2000]) {
      await t.run(wait)
      await t.give(word)
      await t.run(500)
    }
    expect(words(result)).toEqual(['A', 'A'])
    const { pending } = await t.settle()
    expect([keeps.names(), pending]).toEqual([[], 0])
  })
})

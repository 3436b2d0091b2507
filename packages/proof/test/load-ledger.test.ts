import { describe, expect, it } from 'vitest'
import { RECEIVERS } from '../src/load/kinds.ts'
import { Ledger } from '../src/load/ledger.ts'
import { ENDED, type Pushed } from '../src/load/pushed.ts'

const { site, portal, vip } = RECEIVERS
const ENTRY = 1
const ASSET = 19

const sent = (message: number, status: number, due = 100, answered = 110): Pushed => ({
  as: 'sent',
  rows: Float64Array.of(message, due, answered, status),
})
const received = (message: number, receiver: number, at = 150): Pushed => ({
  as: 'received',
  rows: Float64Array.of(message, receiver, at),
})
const ledgerOf = (...pushed: readonly Pushed[]): Ledger => {
  const ledger = new Ledger()
  for (const one of pushed) ledger.hear(one)
  return ledger
}

describe('the ledger of a run under load', () => {
  it('has a message complete when all who must get it have it', () => {
    const ledger = ledgerOf(sent(ENTRY, 202), received(ENTRY, site))
    expect([ledger.complete, ledger.missing()]).toEqual([0, [ENTRY]])
    expect(ledger.hear(received(ENTRY, portal))).toBe(1)
    expect([ledger.complete, ledger.missing()]).toEqual([1, []])
    expect(ledgerOf(sent(ASSET, 202), received(ASSET, vip)).missing()).toEqual([])
  })

  it('measures from when a message was due', () => {
    const ledger = ledgerOf(
      sent(ENTRY, 202, 100, 130),
      received(ENTRY, site, 160),
      received(ENTRY, portal, 170),
    )
    expect([...ledger.deliveries.since(0)]).toEqual([60, 70])
    expect([...ledger.acknowledgements.since(0)]).toEqual([30])
    expect([...ledger.deliveries.between(165, 200)]).toEqual([70])
  })

  it('takes a delivery that comes before the news of its 202', () => {
    const ledger = ledgerOf(received(ASSET, vip, 105), sent(ASSET, 202))
    expect([ledger.complete, ledger.strange]).toEqual([1, 0])
  })

  it('counts how messages ended at their sender', () => {
    const ends = [202, 503, 503, ENDED.withoutRetryAfter, ENDED.unanswered, ENDED.unsent, 500]
    const ledger = ledgerOf(...ends.map((status, i) => sent(i, status)))
    expect(ledger.endings).toEqual({ accepted: 1, refused: 2, rude: 1, unanswered: 1, unsent: 1, other: 1 })
    expect(ledger.missing()).toEqual([0])
  })

  it('notices a delivery that is repeated, one to the wrong place, and one of what was refused', () => {
    const repeated = ledgerOf(sent(ASSET, 202), received(ASSET, vip), received(ASSET, vip))
    expect([repeated.repeats, repeated.strange]).toEqual([1, 0])
    expect(ledgerOf(sent(ASSET, 202), received(ASSET, site)).strange).toBe(1)
    expect(ledgerOf(sent(ASSET, 503), received(ASSET, vip)).strange).toBe(1)
  })

  it('does not owe what was never answered, and takes it when it comes', () => {
    const ledger = ledgerOf(sent(ASSET, ENDED.unanswered), received(ASSET, vip))
    expect([ledger.missing(), ledger.complete, ledger.strange]).toEqual([[], 0, 0])
  })
})

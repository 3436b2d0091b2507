import { type Clock, createRuntime, type Runtime, silentLogger, systemClock } from '@xconnector/core'
import { expect, onTestFinished, vi } from 'vitest'
import type { SqliteOptions } from '../../../src/options.js'
import { journalOn, place } from '../../support/journals.js'
import { type Order, shop, type Shop } from './shop.js'

/** A running service, and the file of its journal. */
export interface Service {
  readonly file: string
  readonly shop: Shop
  readonly runtime: Runtime
  send(orders: readonly Order[], headers?: Readonly<Record<string, string>>): Promise<readonly string[]>
  /** Waits until so many are dead and nothing is due. */
  dead(n: number): Promise<void>
  stop(): Promise<void>
}

/** Starts a service on a journal of its own, or on one that is there. It ends with the test. */
export const service = async (
  options: Partial<SqliteOptions> & {
    readonly at?: string
    readonly clock?: Clock
    readonly mended?: boolean
  } = {},
): Promise<Service> => {
  const { at, clock = systemClock, mended = false, ...more } = options
  const file = at ?? (await place()).file
  const own = shop()
  if (mended) own.mend()
  const journal = journalOn(file, { clock, ...more })
  const runtime = createRuntime({ flows: [own.flow], journal, clock, log: silentLogger })
  await runtime.start()
  onTestFinished(() => {
    own.release()
    return runtime.stop().catch(() => {})
  })
  return {
    file,
    shop: own,
    runtime,
    async send(orders, headers) {
      const taken = await own.intake().accept(
        orders.map((order) => ({
          raw: order as never,
          type: 'order',
          undecodable: 'dead-letter' as const,
          ...(headers !== undefined && { headers }),
        })),
      )
      return taken.map((one) => ('id' in one ? one.id : ''))
    },
    async dead(n) {
      await vi.waitFor(
        async () => {
          const counts = await runtime.counts()
          const sum = (what: string): number =>
            counts.reduce((all, c) => all + (c.what === what ? c.n : 0), 0)
          expect(sum('dead')).toBe(n)
        },
        { timeout: 20_000, interval: 10 },
      )
    },
    stop: () => runtime.stop(),
  }
}

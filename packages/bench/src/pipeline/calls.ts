import { pathToFileURL } from 'node:url'
import { EventEmitter } from 'eventemitter3'
import type { CallEvents } from '@xconnector/core'
import { entries } from '../entries/entry.ts'
import type { Entry } from '../entries/entry.ts'
import type { Sample, Variant } from '../harness/sample.ts'
import { timed } from '../harness/timed.ts'

type Call = (raw: Entry) => Promise<unknown> | undefined

/** A copy of one of the pipeline's modules. */
interface Copy {
  readonly call: Call
  readonly heard?: (options: { readonly events: EventEmitter<CallEvents> }) => Call
  readonly counted?: Call
}

const RING = 1024
const BATCH = 10_000

/** One entry in sixteen is filtered. */
const ring = (): readonly Entry[] =>
  entries(RING, 16).map((entry, i) => ({ ...(entry as Entry), published: i % 16 !== 0 }))

/** A variant that calls each flow of a bundle in turn; `calls` takes them out of the copies. */
export const calling = (bundle: string, flows: number, calls = (copy: Copy): Call => copy.call): Variant => {
  return async (): Promise<Sample> => {
    const path = process.env[bundleVariable(bundle, flows)]!
    const { flows: copies } = (await import(pathToFileURL(path).href)) as { readonly flows: readonly Copy[] }
    const all = copies.map(calls)
    const messages = ring()
    const work =
      all.length === 1
        ? async (n: number): Promise<void> => {
            const only = all[0]!
            for (let i = 0; i < n; i++) await only(messages[i % RING]!)
          }
        : async (n: number): Promise<void> => {
            for (let i = 0, turn = 0; i < n; i++) {
              await all[turn]!(messages[i % RING]!)
              turn = turn + 1 === all.length ? 0 : turn + 1
            }
          }
    return timed(work, BATCH)
  }
}

/** Where the parent says where a bundle is. */
export const bundleVariable = (bundle: string, flows: number): string =>
  `BENCH_${bundle.toUpperCase()}_${flows}`

/** Every flow told to one emitter with three listeners, as metrics, traces and logs would be. */
export const listened = (): ((copy: Copy) => Call) => {
  const events = new EventEmitter<CallEvents>()
  let ms = 0
  for (let i = 0; i < 3; i++)
    events.on('done', (event) => {
      ms += event.ms
    })
  return (copy) => copy.heard!({ events })
}

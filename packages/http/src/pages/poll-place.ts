import type { Decoder } from '@xconnector/core'
import { positionIn, type Position } from './position.js'
import { tagIn, type PageTag } from './page-tag.js'

/** Where a poll over pages stands. JSON. */
export interface PollPlace {
  /** Where a pass begins; absent: at the first page. */
  readonly from?: Position
  /** Where the pass that is not done goes on. */
  readonly on?: Position
  /** Of the one page that the last pass consisted of. */
  readonly tag?: PageTag
}

/** Reads a stored place. One that holds a position of a kind that nobody knows is refused. */
export const pollPlace: Extract<Decoder<PollPlace>, { readonly '~standard': unknown }> = {
  '~standard': {
    version: 1,
    vendor: 'xconnector',
    validate(value) {
      if (typeof value !== 'object' || value === null || Array.isArray(value)) return WRONG
      const { from, on, tag } = value as Readonly<Record<string, unknown>>
      const [start, next, unless] = [positionIn(from), positionIn(on), tagIn(tag)]
      if ((from !== undefined && start === undefined) || (on !== undefined && next === undefined))
        return WRONG
      return {
        value: {
          ...(start !== undefined && { from: start }),
          ...(next !== undefined && { on: next }),
          ...(unless !== undefined && { tag: unless }),
        },
      }
    },
  },
}

const WRONG = { issues: [{ message: 'expected a place in pages' }] }

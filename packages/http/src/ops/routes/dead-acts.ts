import type { Json } from '@xconnector/core'
import { maskedJson } from '@xconnector/core/operate'
import type { Acted } from '../acted.js'
import { jsonReply } from '../json-reply.js'
import { lettersIn, type Letters } from '../letters.js'
import type { Operated } from '../operated.js'
import type { OpsRoute } from '../route.js'

/** How many an act is about where it does not say, and at most. What it takes must be done in the time of an answer. */
const SHARE = { usual: 100, most: 1000 } as const
/** Every message is read and stored anew. */
const MESSAGES = { usual: 50, most: 100 } as const
/** A dry run makes the reads of each. */
const DRY = { usual: 50, most: 50 } as const

interface Chosen {
  readonly ids: readonly string[]
  /** Where the next act of the same filter goes on. */
  readonly next: number | undefined
}

type Dead = Pick<Operated, 'deadLetters'>

// By id even where a filter was given: what died meanwhile was not looked at, and waits for the next page.
const chosen = async ({ deadLetters }: Dead, letters: Letters): Promise<Chosen> => {
  if ('ids' in letters) return { ids: [...new Set(letters.ids)], next: undefined }
  const page = await deadLetters.list(letters.query)
  return {
    ids: page.map((l) => l.id),
    next: page.length < letters.query.limit ? undefined : page.at(-1)!.seq,
  }
}

/** `POST /dead/replay`: sends again; with `dryRun` it says what would be sent, and sends nothing. */
export const deadReplay = (runtime: Dead, acted: Acted): OpsRoute => ({
  method: 'POST',
  path: '/dead/replay',
  async handle({ fields, by }) {
    const dry = fields.flag('dryRun')
    const what = fields.oneOf('what', ['hop', 'message'] as const) ?? 'hop'
    const share = dry ? DRY : what === 'message' ? MESSAGES : SHARE
    const { ids, next } = await chosen(runtime, lettersIn(fields, share))
    if (dry) {
      const would = await runtime.deadLetters.dryRun(ids)
      return jsonReply({ would: maskedJson(would as unknown as Json), next })
    }
    const replayed = await runtime.deadLetters.replay(ids, { what })
    const n = replayed.filter((r) => r.as !== 'absent').length
    const did = what === 'hop' ? 'replay' : 'replay-message'
    await acted({ by, did, n, ids: ids.slice(0, LOGGED) }, `${by} replayed ${n} dead letters`)
    return jsonReply({ replayed, next })
  },
})

/** `POST /dead/discard`: ends them for good. `why` is logged, and kept in the journal. */
export const deadDiscard = (runtime: Dead, acted: Acted): OpsRoute => ({
  method: 'POST',
  path: '/dead/discard',
  async handle({ fields, by }) {
    const why = fields.text('why')
    if (why === undefined) fields.wrong('why', 'expected the reason')
    const { ids, next } = await chosen(runtime, lettersIn(fields, SHARE))
    // With the name, so that no reason is taken for the one that means a replay.
    const discarded = await runtime.deadLetters.discard(ids, `${by}: ${why}`)
    await acted(
      { by, did: 'discard', why: why!, n: discarded, ids: ids.slice(0, LOGGED) },
      `${by} discarded ${discarded} dead letters`,
    )
    return jsonReply({ discarded, next })
  },
})

/** Ids in one line of the log. */
const LOGGED = 20

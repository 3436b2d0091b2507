import { describe, expect, test } from 'vitest'
import { testFlow } from '@xconnector/core/testing'
import { restarts as aggregate } from '../../core/test/patterns/on-sqlite/aggregate.js'
import { restarts as awaitReply } from '../../core/test/patterns/on-sqlite/await-reply.js'
import { restarts as completion } from '../../core/test/patterns/on-sqlite/completion.js'
import { restarts as gather } from '../../core/test/patterns/on-sqlite/gather.js'
import { restarts as idempotent } from '../../core/test/patterns/on-sqlite/idempotent.js'
import { restarts as split } from '../../core/test/patterns/on-sqlite/split.js'
import { restarts as saga } from '../../core/test/patterns/on-sqlite/saga.js'
import { sourceRestartCases } from '../../core/test/source/restart-cases.js'
import { place } from './support/journals.js'
import { reopened } from './support/reopened.js'

const patterns = { aggregate, awaitReply, completion, gather, idempotent, saga, split }

// Each case throws what does not hold.
describe.each(Object.entries(patterns))('%s over restarts', (_pattern, restarts) => {
  test.each(restarts)('$name', async ({ run }) => {
    const journal = reopened((await place()).file)
    await expect(run((flow, options) => testFlow(flow, { ...options, journal }))).resolves.toBeUndefined()
  })
})

describe('sources over restarts', () => {
  test.each(sourceRestartCases)('$name', async ({ run }) => {
    await expect(run(reopened((await place()).file))).resolves.toBeUndefined()
  })
})

import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Json, Runtime } from '@xconnector/core'

// More than a demo can have.
const ALL = 1_000_000

/** What people who run the service would click on: health, counts, dead letters, a dry run, a replay. */
export const adminOf = (
  runtime: Runtime,
): ((request: IncomingMessage, response: ServerResponse) => Promise<void>) => {
  const { deadLetters } = runtime
  const answers: Readonly<Record<string, () => unknown>> = {
    'GET /admin/health': () => runtime.health(),
    'GET /admin/counts': () => runtime.counts(),
    'GET /admin/dead-letters': async () =>
      (await deadLetters.list({ limit: ALL })).map(({ id, flow, hop, attempts, errors, body }) => {
        const { _tag, status, answer, message } = last(errors)
        return { id, flow, hop, attempts, tag: _tag, status, answer, message, body }
      }),
    'GET /admin/dry-run': () => deadLetters.dryRun({ limit: 1 }),
    'POST /admin/replay': async () => {
      const replayed = await deadLetters.replay({ limit: ALL })
      return { replayed: replayed.filter(({ as }) => as !== 'absent').length }
    },
  }
  return async (request, response) => {
    const answer = answers[`${request.method} ${request.url}`]
    try {
      const body = answer === undefined ? { error: 'no such page' } : await answer()
      response.writeHead(answer === undefined ? 404 : 200, { 'content-type': 'application/json' })
      response.end(JSON.stringify(body))
    } catch (thrown) {
      response.writeHead(500, { 'content-type': 'application/json' }).end(JSON.stringify(String(thrown)))
    }
  }
}

const last = (errors: readonly Json[]): Readonly<Record<string, Json>> =>
  (errors.at(-1) ?? {}) as Readonly<Record<string, Json>>

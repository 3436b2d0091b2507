import type { Readable } from 'node:stream'
import { CallContext, seededRandom, silentLogger, type Clock } from '@xconnector/core'
import { http, type DownloadOptions, type HttpOptions } from '../../src/index.js'
import { manualClock, type ManualClock } from '../support/manual-clock.js'
import { until } from '../support/streams.js'

export type Given = Partial<DownloadOptions<'/f', void>>

export const contextOn = (clock: Clock, signal?: AbortSignal, deadline?: number) =>
  new CallContext({ clock, ids: { next: () => 'id' }, log: silentLogger, config: {} }, 'test', 'x', {
    ...(signal && { signal }),
    ...(deadline !== undefined && { deadline }),
  })

/** Opens a download in virtual time. */
export const opened = async (
  url: string,
  given: Given = {},
  options: Partial<HttpOptions> = {},
  how: { signal?: AbortSignal; deadlineIn?: number } = {},
) => {
  const clock = manualClock()
  const client = http({ name: 'cms', baseUrl: url, random: seededRandom(3), ...options })
  const download = client.download({ name: 'file', path: '/f', ...given })
  const ctx = contextOn(clock, how.signal, how.deadlineIn && clock.now() + how.deadlineIn)
  const result = await download.call(undefined, ctx)
  if (result._tag === 'Left') throw result.left
  return { ...result.right, clock, client }
}

/** Reads to the end; while nothing else is going on, time passes. */
export const read = async (body: Readable, clock: ManualClock): Promise<Buffer> => {
  const pieces: Buffer[] = []
  let over = false
  body.on('data', (piece: Buffer) => pieces.push(piece)).on('close', () => (over = true))
  const ended = new Promise<void>((resolve, reject) => body.on('end', resolve).on('error', reject))
  ended.catch(() => {})
  await until(() => {
    // The patience of a request, and the wait before one: the shorter fires first.
    if (!over) clock.advance(5)
    return over
  })
  await ended
  return Buffer.concat(pieces)
}

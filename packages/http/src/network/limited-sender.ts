import { left, right } from '@xconnector/core'
import type { Download } from '../client/download.js'
import type { Sender } from '../client/sender.js'
import type { BadResponse } from '../failure/bad-response.js'
import { flawed } from '../outcome/classify.js'
import { limitedTo } from './limited-stream.js'

/** A sender of downloads whose bodies are no larger than `maxBytes`. */
export const limitedSender =
  (send: Sender<Download>, maxBytes: number): Sender<Download> =>
  async (made, headers, ctx, called, sending) => {
    const ended = await send(made, headers, ctx, called, sending)
    if (ended.result._tag === 'Left') return ended
    const download = ended.result.right
    const refuse = (what: string): BadResponse =>
      flawed(
        { ...called, now: ctx.clock.now() },
        { status: download.status, headers: download.headers },
        'too-large',
        what,
      ).failure as BadResponse
    const wrong =
      (download.size ?? 0) > maxBytes
        ? refuse(`was answered with ${download.size} bytes, more than maxBytes (${maxBytes}) allows`)
        : undefined
    if (wrong !== undefined) {
      download.body.on('error', () => {}).destroy()
      return { result: left(wrong), seen: { as: 'ok' } }
    }
    const body = limitedTo(download.body, maxBytes, () =>
      refuse(`was answered with more than maxBytes (${maxBytes}) allows`),
    )
    return { ...ended, result: right({ ...download, body: body }) }
  }

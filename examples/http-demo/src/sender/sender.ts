import { DurableLines } from '@xconnector/example-kit/durable-lines'
import { filesIn } from '../shared/files.ts'
import type { AcknowledgementLine } from '../shared/lines.ts'
import { endWithParent, tell } from '@xconnector/example-kit/parent'
import { sendAll, untilAcknowledged } from '@xconnector/example-kit/sender'
import { poster } from './post.ts'
import { webhooks, type Webhook } from './webhooks.ts'

// The system that webhooks come from: it sends each one until it is acknowledged, and writes down when it was.
const CONCURRENCY = 64
const { FOLDER = '', MESSAGES = '0', HOOK_SECRET = '' } = process.env

const { stream, late, repeats, overtaken } = webhooks(Number(MESSAGES))
const log = await DurableLines.open<AcknowledgementLine>(filesIn(FOLDER).acknowledgements)
const post = poster(HOOK_SECRET, CONCURRENCY)
let url = ''
let acknowledged = 0
let sentAgain = 0

const send = async (webhook: Webhook): Promise<void> => {
  await untilAcknowledged(
    () => post(url, webhook),
    () => sentAgain++,
  )
  const { id, thing: sku, version } = webhook
  await log.append({ at: Date.now(), id, sku, version })
  acknowledged++
}

const report = (ended?: 'stream' | 'late'): void => tell({ acknowledged, sentAgain, ended })

const obey = async (command: { readonly url?: string; readonly send?: 'stream' | 'late' }): Promise<void> => {
  if (command.url !== undefined) url = command.url
  if (command.send === undefined) return
  await sendAll(command.send === 'stream' ? stream : late, CONCURRENCY, send)
  report(command.send)
}
process.on('message', (command) => void obey(command as object))
setInterval(report, 20).unref()
endWithParent()
tell({ plan: { stream: stream.length, late: late.length, repeats, overtaken } })

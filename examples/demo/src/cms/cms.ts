import { DurableLines } from '@xconnector/example-kit/durable-lines'
import { onLoopback } from '@xconnector/example-kit/loopback'
import { endWithParent, tell } from '@xconnector/example-kit/parent'
import { writePeakMemory } from '@xconnector/example-kit/peak-memory'
import { evidenceIn, type AcknowledgementLine } from '../shared/evidence.ts'
import { readManifest } from '../shared/manifest.ts'
import { assetUid } from './uids.ts'
import { publications } from './publications.ts'
import { filledStack } from './stack.ts'
import { trackingServer } from './tracking.ts'
import { WebhookSender, type Phase } from './webhook-sender.ts'

// The CMS: serves entries, assets and the key that it signs with, sends webhooks until each is acknowledged, and is told
// what became of its assets.
const { FOLDER = '', ENTRIES = '0' } = process.env
endWithParent()
writePeakMemory(FOLDER, 'cms')
const manifest = readManifest(evidenceIn(FOLDER).manifest)
const all = publications(manifest, Number(ENTRIES))
const { stack, publish } = filledStack(manifest, [...all.stream, ...all.late])
const { url } = await stack.listen()
const tracking = await onLoopback(await trackingServer(FOLDER))

// An event names the place of its file, so it can only be made now.
const inOrder = [...new Map([...all.stream, ...all.late].map((p) => [p.id, p])).values()].sort(
  (a, b) => a.version - b.version,
)
const events = new Map(inOrder.map((publication) => [publication.id, publish(publication)]))
const log = await DurableLines.open<AcknowledgementLine>(evidenceIn(FOLDER).acknowledgements)
const sender = new WebhookSender(stack, all, events, log)

const report = (ended?: Phase): void => {
  const { acknowledged, sentAgain } = sender
  tell({ acknowledged, sentAgain, ended })
}
interface Command {
  readonly urls?: NonNullable<WebhookSender['urls']>
  readonly send?: Phase
  readonly goOn?: true
}
// The stream is held when the large file is published, until its upload is under way.
const large = assetUid(manifest.seed, 0)
const { promise: goOn, resolve: goOnNow } = Promise.withResolvers<void>()
process.on('message', (command: Command) => {
  const { urls, send } = command
  if (urls !== undefined) sender.urls = urls
  if (command.goOn === true) goOnNow()
  if (send !== undefined)
    void sender.send(send, send === 'stream' ? { until: large, goOn } : undefined).then(() => report(send))
})
setInterval(() => report(), 20).unref()
tell({
  cms: {
    url,
    tracking,
    apiKey: stack.settings.apiKey,
    things: new Set(inOrder.map(({ thing }) => thing)).size,
    stream: all.stream.length,
    late: all.late.length,
    repeats: all.repeats,
    overtaken: all.overtaken,
  },
})

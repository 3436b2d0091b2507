import { once } from 'node:events'
import { rm } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import { request, type RequestOptions } from 'node:https'
import { setTimeout as wait } from 'node:timers/promises'
import { createRuntime, memoryJournal, silentLogger } from '@xconnector/core'
import { signStandardWebhook } from '@xconnector/http'
import { onLoopback } from '../on-loopback.ts'
import { ARCHIVE, contentOf, startWorld, type Asked } from './world.ts'

const MIB = 1024 * 1024

/**
 * Plays the bridge by itself: a cloud with its file host, a proxy, an archive and a scanner in this process, with certificates
 * made for it. A document goes each way, and then one while the archive's certificate has expired. Says who was asked for what.
 */
export const play = async (): Promise<void> => {
  await using world = await startWorld()
  const { cloudCa, siteCa, settings } = world
  process.env['SCANS_DIR'] ??= `${settings['SITE_CA']}.scans`
  Object.assign(process.env, settings)
  // What they read from the environment when they are loaded stands there now.
  const { cloudToSite, siteToCloud } = await import('./flow.ts')
  const { insideServer, outsideServer } = await import('./service.ts')
  const contract = contentOf('contract', 64 * MIB)
  world.documents.set('contract', contract)

  const runtime = createRuntime({
    flows: [cloudToSite, siteToCloud],
    journal: memoryJournal(),
    log: silentLogger,
  })
  await runtime.start()
  await using outer = await onLoopback(outsideServer(cloudCa.issue('the bridge', ARCHIVE)))
  await using inner = await onLoopback(
    insideServer({ ...siteCa.issue('the bridge', ARCHIVE), ca: siteCa.cert }),
  )
  const rest = async (): Promise<void> => {
    while (runtime.health().pending > 0) await wait(50)
  }

  const publish = async (version: number): Promise<void> => {
    const { size, sha256 } = contract
    const document = { id: 'contract', version, file: { type: 'application/pdf', size, sha256 } }
    const body = JSON.stringify({ type: 'document.published', document })
    const timestamp = Math.floor(Date.now() / 1000)
    const secret = settings.CLOUD_HOOK_SECRET
    const headers = { ...signStandardWebhook({ secret, id: `msg_${version}`, timestamp, body }) }
    const status = await post(`${outer.url}/from-cloud/documents`, { ca: cloudCa.cert, headers }, (to) =>
      to.setHeader('content-type', 'application/json').end(body),
    )
    console.log(`the cloud says that a contract of ${contract.size / MIB} MiB is published: ${status}`)
    await rest()
  }
  await publish(1)
  say('the cloud', world.cloud)
  say('its file host', world.files)
  say('the archive', world.archive)
  console.log(`at most ${Math.round(world.peak / MIB)} MiB were given and not yet taken`)

  const scan = contentOf('scan', 16 * MIB)
  const status = await post(
    `${inner.url}/from-site/scans/4711`,
    {
      ca: siteCa.cert,
      ...siteCa.issue('a scanner'),
      headers: {
        'content-type': 'application/pdf',
        'content-length': scan.size,
        'content-digest': `sha-256=:${Buffer.from(scan.sha256, 'hex').toString('base64')}:`,
        'x-scanner': settings.SITE_TOKEN,
      },
    },
    (to) => scan.read().pipe(to),
  )
  console.log(`a scanner has sent a scan of ${scan.size / MIB} MiB: ${status}`)
  await rest()
  say('the cloud', world.cloud.slice(1))

  world.archiveShows(siteCa.issue('archive', { ...ARCHIVE, from: -2, until: -1 }))
  await wait(100) // until the connections that are kept have been closed
  await publish(2)
  const [letter] = await runtime.deadLetters.list()
  console.log(`the archive's certificate has expired: ${letter?.errors.at(-1)?.message}`)
  world.archiveShows(siteCa.issue('archive', ARCHIVE))
  await runtime.deadLetters.replay({})
  while (world.archive.length < 2) await wait(50)
  await rest()
  say('it is renewed; after a replay the archive', world.archive.slice(1))
  console.log(`the proxy was asked: ${[...new Set(world.proxy.asked)].join(', ')}`)
  if (world.archive.length !== 2 || world.cloud.length !== 4) process.exitCode = 1
  await runtime.stop()
  await rm(process.env['SCANS_DIR'], { recursive: true, force: true })
}

const say = (who: string, asked: readonly Asked[]): void => {
  for (const { what, certificate, authorization, size } of asked) {
    const by = [
      certificate && `by "${certificate}"`,
      authorization === undefined ? 'no token' : 'with the token',
    ]
    const came = size > 0 ? [`${size / MIB} MiB came`] : []
    console.log(`${who} was asked: ${[what, ...by, ...came].filter(Boolean).join(', ')}`)
  }
}

const post = async (
  url: string,
  options: RequestOptions,
  write: (to: ReturnType<typeof request>) => void,
): Promise<number> => {
  const sent = request(url, { method: 'POST', agent: false, ...options })
  write(sent)
  const [response] = (await once(sent, 'response')) as [IncomingMessage]
  response.resume()
  return response.statusCode!
}

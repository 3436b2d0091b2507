import { appendFileSync } from 'node:fs'
import { describe, mermaid, type Json, type Preview } from '@xconnector/core'
import type { Crew } from '@xconnector/example-kit/crew'
import { Progress } from '@xconnector/example-kit/progress'
import type { Letter } from '@xconnector/example-kit/service-pages'
import { faint, good, strong } from '@xconnector/example-kit/story'
import { count, counted, span } from '@xconnector/example-kit/words'
import { demoFlows } from '../service/flows.ts'
import { evidenceIn, type KillLine } from '../shared/evidence.ts'
import type { Manifest } from '../shared/manifest.ts'
import { filesMade } from './files.ts'
import { Run, type EntryBody, type RunOptions } from './run.ts'
import { untilUploaded, uploadsInFlight } from './uploads-in-flight.ts'

// At the kill.
const ENTRIES_IN_FLIGHT = 26
// How much of the large file has arrived when the stream goes on, and how much at least leaves time for the kill.
const [FIRST_PART, LAST_PART] = [0.2, 0.6]
// How much of the stream is acknowledged before the kill, if there is time.
const STREAM_PART = 0.25

/** The whole story. Gives the checker's verdict: whether everything reconciles. */
export const demo = async (crew: Crew, folder: string, options: RunOptions): Promise<boolean> => {
  const { entries, assets, sabotage } = options
  console.log(
    `\n${strong('xConnector')}  ${counted(entries, 'entry', 'entries')} and ${counted(assets, 'asset')} ` +
      'from Contentstack → VIP, a site and a portal, and one kill -9\n',
  )
  const progress = new Progress()
  const began = performance.now()
  const { manifest, found } = await filesMade(crew, folder, progress, options)
  const since = found ? 'made before' : `made in ${span(performance.now() - began)}`
  console.log(good(`${filesSentence(manifest)}, ${since}\n`))
  const run = await Run.start(crew, folder, progress, options)
  introduce(run, sabotage)

  run.send('stream')
  await killAndRestart(run, folder, manifest)
  await run.until('the stream is sent', () => run.hasSent('stream'))
  await nothingPending(run)
  run.say(good(streamSentence(run)))
  run.send('late')
  await run.until('the late versions are sent', () => run.hasSent('late'))
  await nothingPending(run)
  const { superseded } = await run.standing()
  run.say(
    good(
      `${counted(run.cms.late, 'older version')} sent after their newer ones had been delivered; ` +
        `${counted(superseded, 'delivery', 'deliveries')} superseded`,
    ),
  )

  await replay(run)
  const { code } = await run.endService('SIGTERM')
  if (code !== 0) throw new Error(`the service was asked to stop by SIGTERM and ended with code ${code}`)
  run.say(good('service stopped by SIGTERM\n'))
  await run.endOthers()
  const verdict = await crew.start(
    'checker',
    'checker/checker.ts',
    { LARGE_BYTES: String(options.largeBytes) },
    true,
  ).ended
  if (verdict.code === 0) {
    console.log('\n  The flows, drawn from their code (Mermaid):\n')
    for (const flow of demoFlows().flows) console.log(`${faint(mermaid(describe(flow)))}\n`)
  }
  return verdict.code === 0
}

const filesSentence = ({ files }: Manifest): string => {
  const formats = new Set(files.map(({ mediaType }) => mediaType)).size
  const megabytes = (bytes: number): string => `${Math.round(bytes / 1e6)} MB`
  const largest = Math.max(...files.map(({ size }) => size))
  const all = files.reduce((sum, { size }) => sum + size, 0)
  return (
    `${counted(files.length, 'file')} of ${formats} formats: ${megabytes(all - largest)}, ` +
    `and one of ${megabytes(largest)}`
  )
}

const introduce = (run: Run, sabotage: string | undefined): void => {
  run.say('  site     answers after 40 to 80 ms                              idempotent')
  run.say('  portal   goes down for 2 s: 503 + Retry-After, cut connections  keyed')
  run.say('           and rejects 3 % with 422 until it is mended')
  run.say('  VIP      takes files by resumable upload, and tells of changes  keyed')
  run.say(faint(`  service  ${run.origin}\n`))
  if (sabotage !== undefined) run.say(strong(`  sabotage: ${sabotage}; the checker must notice\n`))
}

const killAndRestart = async (run: Run, folder: string, { files }: Manifest): Promise<void> => {
  const large = files[0]!.size
  const { vip } = run.members
  await untilUploaded(vip, FIRST_PART * large)
  run.goOn()
  await untilUploaded(vip, LAST_PART * large, () => run.acknowledged > STREAM_PART * run.cms.stream)
  const killed = await run.killService(ENTRIES_IN_FLIGHT)
  // Nobody sends any more: what is not whole was in flight.
  const uploads = await uploadsInFlight(vip)
  const line: KillLine = { ...killed, uploadsInFlight: uploads.map(({ id }) => id) }
  appendFileSync(evidenceIn(folder).kills, `${JSON.stringify(line)}\n`)
  const part = Math.max(0, ...uploads.map(({ received }) => received)) / large
  run.say(
    good(
      `${count(run.acknowledged)} acknowledged, then kill -9 with ${counted(killed.entriesInFlight, 'entry', 'entries')} and ` +
        `${counted(uploads.length, 'upload')} in flight, ${Math.round(100 * part)} % of the large file sent`,
    ),
  )
  if (uploads.length === 0) throw new Error('the service was killed when no upload was in flight')
  run.quicken()
  const began = performance.now()
  await run.startService()
  const { pending } = await run.pages.health()
  run.say(
    good(`restarted in ${span(performance.now() - began)}, with ${count(pending)} pending in the journal`),
  )
}

/** What VIP has to say comes back as further messages, so both must be still. */
const nothingPending = (run: Run): Promise<void> =>
  run.until(
    'nothing is pending',
    async () => (await run.standing()).pending === 0 && (await run.undelivered()) === 0 && isStill(run),
  )

const isStill = async (run: Run): Promise<boolean> => (await run.standing()).pending === 0

const streamSentence = (run: Run): string => {
  const { stream, repeats, overtaken } = run.cms
  return (
    `${counted(stream - repeats, 'webhook')} sent, ${count(repeats)} of them twice, ${count(overtaken)} after ` +
    `a newer version; ${counted(run.sentAgain, 'request')} sent again while nobody answered`
  )
}

const replay = async (run: Run): Promise<void> => {
  const letters = await run.pages.deadLetters()
  run.say(good(`${counted(letters.length, 'dead letter')}:`))
  for (const group of grouped(letters)) run.say(`      ${group}`)
  const [preview] = await run.pages.dryRun()
  if (preview !== undefined) run.say(faint(`      a replay would send ${sent(preview)}`))
  await run.mend()
  const { replayed } = await run.pages.replay()
  await nothingPending(run)
  run.say(good(`portal mended, ${counted(replayed, 'dead letter')} replayed, nothing pending`))
}

const SHOWN = 160

const sent = ({ sends }: Preview): string => {
  const { method, url, body } = sends as unknown as { method: string; url: string; body: Json }
  const text = `${method} ${new URL(url).pathname} ${JSON.stringify(body)}`
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text
}

const grouped = (letters: readonly Letter<EntryBody>[]): readonly string[] => {
  const groups = new Map<string, Letter<EntryBody>[]>()
  for (const letter of letters) {
    const name = `${letter.flow} ${letter.hop}  ${letter.tag}`
    groups.set(name, [...(groups.get(name) ?? []), letter])
  }
  return [...groups].map(([name, [first, ...rest]]) => {
    const { status, answer = '', message } = first!
    return `${count(1 + rest.length)} × ${name}: ${status === undefined ? message : `${status} ${answer}`}`
  })
}

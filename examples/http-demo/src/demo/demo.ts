import { describe, mermaid, type Json, type Preview } from '@xconnector/core'
import { products } from '../service/flow.ts'
import { good, faint, strong } from '@xconnector/example-kit/story'
import { count, counted, span } from '@xconnector/example-kit/words'
import type { Crew } from '@xconnector/example-kit/crew'
import type { Letter } from '@xconnector/example-kit/service-pages'
import { Run, type Product } from './run.ts'

const IN_FLIGHT = 32

export interface DemoOptions {
  readonly messages: number
  readonly sabotage: string | undefined
}

/** The whole story. Gives the checker's verdict: whether everything reconciles. */
export const demo = async (crew: Crew, folder: string, options: DemoOptions): Promise<boolean> => {
  const { messages, sabotage } = options
  console.log(
    `\n${strong('xConnector')}  ${counted(messages, 'signed webhook')} → 3 systems, and one kill -9\n`,
  )
  const run = await Run.start(crew, folder, options)
  introduce(run, sabotage)

  run.send('stream')
  await killAndRestart(run)
  await run.until('the stream is sent', () => run.hasSent('stream'))
  await nothingPending(run)
  run.say(good(sentence(run)))
  run.send('late')
  await run.until('the late versions are sent', () => run.hasSent('late'))
  await nothingPending(run)
  const { superseded } = await run.standing()
  run.say(
    good(
      `${counted(run.sending.late, 'older version')} sent after their newer ones had been delivered; ` +
        `${counted(superseded, 'delivery', 'deliveries')} superseded`,
    ),
  )

  await replay(run)
  const { code } = await run.endService('SIGTERM')
  if (code !== 0) throw new Error(`the service was asked to stop by SIGTERM and ended with code ${code}`)
  run.say(good('service stopped by SIGTERM\n'))
  await run.endOthers()
  const verdict = await crew.start('checker', 'checker/checker.ts', {}, true).ended
  if (verdict.code === 0)
    console.log(`\n  The flow, drawn from its code (Mermaid):\n\n${faint(mermaid(describe(products)))}\n`)
  return verdict.code === 0
}

const introduce = (run: Run, sabotage: string | undefined): void => {
  run.say('  search   answers after 40 to 80 ms                              idempotent')
  run.say('  shop     goes down for 2 s: 503 + Retry-After, cut connections  keyed')
  run.say('  ledger   rejects 5 % with 422 until it is mended                unsafe, asked after a crash')
  run.say(faint(`  service  ${run.url}\n`))
  if (sabotage !== undefined) run.say(strong(`  sabotage: ${sabotage}; the checker must notice\n`))
}

const killAndRestart = async (run: Run): Promise<void> => {
  let inFlight = 0
  const enough = 0.4 * run.sending.stream
  await run.until(
    `${IN_FLIGHT} hops are in flight`,
    async () => {
      if (run.acknowledged < enough) return false
      inFlight = (await run.pages.health()).inFlight
      if (inFlight < IN_FLIGHT && run.hasSent('stream') && (await run.standing()).pending === 0)
        throw new Error(`all was delivered before ${IN_FLIGHT} hops were in flight at once`)
      return inFlight >= IN_FLIGHT
    },
    5,
  )
  const { signal } = await run.endService('SIGKILL')
  if (signal !== 'SIGKILL') throw new Error('the service ended before it could be killed')
  run.say(good(`${count(run.acknowledged)} acknowledged, then kill -9 with ${inFlight} hops in flight`))
  const began = performance.now()
  await run.startService()
  const { pending } = await run.pages.health()
  run.say(
    good(`restarted in ${span(performance.now() - began)}, with ${count(pending)} pending in the journal`),
  )
}

const nothingPending = (run: Run): Promise<void> =>
  run.until('nothing is pending', async () => (await run.standing()).pending === 0)

const sentence = (run: Run): string => {
  const { stream, repeats, overtaken } = run.sending
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
  run.say(good(`ledger mended, ${counted(replayed, 'dead letter')} replayed, nothing pending`))
}

const sent = ({ sends }: Preview): string => {
  const { method, url, body } = sends as unknown as { method: string; url: string; body: Json }
  return `${method} ${new URL(url).pathname} ${JSON.stringify(body)}`
}

const grouped = (letters: readonly Letter<Product>[]): readonly string[] => {
  const groups = new Map<string, Letter<Product>[]>()
  for (const letter of letters) {
    const name = `${letter.hop}  ${letter.tag}`
    groups.set(name, [...(groups.get(name) ?? []), letter])
  }
  return [...groups].map(([name, [first, ...rest]]) => {
    const { body, status, answer } = first!
    return `${count(1 + rest.length)} × ${name}, such as ${body.sku} v${body.version}: ${status} ${answer}`
  })
}

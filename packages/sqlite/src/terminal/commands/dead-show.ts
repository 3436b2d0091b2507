import type { FailureRecord, Found, Json } from '@xconnector/core'
import { maskedJson, readDescription, storyOf, type Story } from '@xconnector/core/operate'
import type { Command, Desk } from '../command.js'
import { bytes, instant } from '../spans.js'

/** All about one dead letter. */
export const deadShow: Command = {
  name: 'dead show',
  takes: 'ID',
  says: 'one dead letter: what came in, what failed, and what to do',
  options: { full: { says: 'bodies and answers as a whole; else at most 4 KB of each' } },
  async run({ rest, flags }, desk) {
    const [id, ...more] = rest
    if (id === undefined || more.length > 0) return { wrong: 'dead show: name one id' }
    const journal = desk.journal()
    const found = await journal.entry(id)
    if (found === undefined) {
      desk.screen.note(`There is no entry ${id}: it may be done, or was discarded.`)
      return 'nothing'
    }
    const root = await journal.entry(id.split('/', 1)[0]!)
    const name = `flow:${found.flow}`
    const stored = (await journal.read([name]))[name]
    // As whole as it was asked for, but for what looks like a credential: it would stay in the terminal's scroll and in logs.
    const whole = storyOf(found, root, readDescription(stored?.value)) as unknown as Json
    const story = maskedJson(whole, Infinity) as unknown as Story
    if (desk.screen.json) await desk.screen.value(story)
    else await tell(desk, found, story, flags.has('full') ? Infinity : 4096)
    return 'done'
  },
}

const tell = async ({ screen }: Desk, found: Found, story: Story, most: number): Promise<void> => {
  const title = async (text: string): Promise<void> => {
    await screen.line('')
    await screen.line({ style: 'bold', text })
  }
  const fact = (name: string, value: string | number | undefined): Promise<void> =>
    value === undefined || value === ''
      ? Promise.resolve()
      : screen.line({ style: 'dim', text: `  ${name.padEnd(12)}` }, String(value))
  const data = async (json: Json | undefined): Promise<void> => {
    if (json !== undefined) await screen.block(cut(readable(json), most), '  ')
  }

  await screen.line({ style: 'bold', text: story.id }, '  ', {
    style: story.state === 'dead' ? 'red' : 'yellow',
    text: story.state,
  })
  await fact('flow', `${story.flow}, version ${story.version}`)
  await fact('hop', story.hop)
  await fact('does', story.does?.steps.join(' · '))
  await fact('calls', [story.does?.destination, story.does?.effect].filter((t) => t !== undefined).join(', '))
  await fact('key', story.key)
  await fact('here since', instant(story.at))
  await fact('due', story.due === undefined ? undefined : instant(story.due))
  await fact('deadline', story.deadline === undefined ? undefined : instant(story.deadline))
  await fact('attempts', story.attempts)

  await title('The message')
  const { message } = story
  await fact('id', message.id)
  await fact('source', message.source)
  await fact('type', message.type)
  await fact('time', instant(message.time))
  await fact('came of', message.causation)
  await fact('correlation', message.correlation)
  await fact('trace', message.traceparent)
  for (const [name, value] of Object.entries(message.headers)) await screen.line(`  ${name}: ${value}`)
  if (message.raw !== undefined && story.id !== message.id) await data(message.raw)

  await title(`What the hop was given (${bytes(Buffer.byteLength(found.body))})`)
  await data(story.body)

  for (const [i, error] of story.errors.entries()) await tellFailure(title, fact, data, error, i)

  if (story.replies !== undefined) {
    await title('What came of its branches')
    await data(story.replies)
  }
  if (story.advice === undefined) return
  await title('What to do')
  await screen.line(`  ${story.advice.means}`)
  await screen.line(`  ${story.advice.first}`)
  const { text, style } = REPLAY[story.advice.replay]
  await screen.line('  ', { text, style })
}

const REPLAY = {
  safe: { text: 'A replay is safe.', style: 'green' },
  'after-change': { text: 'A replay fails again until that is changed.', style: 'yellow' },
  'check-first': { text: 'A replay may do again what was done: look at the remote first.', style: 'red' },
} as const

type Fact = (name: string, value: string | number | undefined) => Promise<void>

const tellFailure = async (
  title: (text: string) => Promise<void>,
  fact: Fact,
  data: (json: Json) => Promise<void>,
  error: FailureRecord,
  i: number,
): Promise<void> => {
  const { _tag, kind, message, attempt, at, ms, hop, ...more } = error
  const number = typeof attempt === 'number' ? attempt : i + 1
  await title(`Attempt ${number}: ${_tag} (${kind})`)
  await fact('says', message)
  await fact('hop', typeof hop === 'string' ? hop : undefined)
  await fact('ended', typeof at === 'number' ? instant(at) : undefined)
  await fact('took', typeof ms === 'number' ? `${ms} ms` : undefined)
  if (Object.keys(more).length > 0) await data(more)
}

const readable = (json: Json): string =>
  typeof json === 'string' ? json : JSON.stringify(json, undefined, 2)

const cut = (text: string, most: number): string =>
  text.length <= most ? text : `${text.slice(0, most)}\n… ${bytes(text.length - most)} more: --full shows all`

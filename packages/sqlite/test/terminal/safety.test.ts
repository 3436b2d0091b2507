import { describe, expect, it } from 'vitest'
import { entry, hops, journalOn, place } from '../support/journals.js'
import { atTerminal, type Said } from './support/at-terminal.js'
import { service } from './support/service.js'
import { CANARY } from './support/shop.js'

// oxlint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u200B-\u200F\u2028-\u202E\u2060-\u206F\uFEFF]/u

/** Takes the terminal over: title, clipboard, colours, cursor; C1 controls; text that runs the other way; line ends. */
const EVIL =
  '\u001B]0;owned\u0007\u001B]52;c;ZXZpbA==\u0007\u001B[2J\u009B31m\u202Etxt.exe\u2028\u200B\r\n\tend'

/** A journal in which everything that comes from elsewhere is hostile. */
const hostile = async (): Promise<string> => {
  const { file } = await place()
  const journal = journalOn(file)
  const flow = `f${EVIL}`
  await journal.open(hops)
  const failure = {
    _tag: `T${EVIL}`,
    kind: 'permanent',
    message: EVIL,
    answer: EVIL,
    [EVIL]: EVIL,
    attempt: 1,
    at: 1,
    ms: 1,
  }
  const envelope = JSON.stringify({
    v: 1,
    source: EVIL,
    type: EVIL,
    time: 0,
    headers: { [`h${EVIL}`]: EVIL },
    correlation: EVIL,
  })
  const own = {
    flow,
    hop: `h${EVIL}`,
    key: EVIL,
    envelope,
    body: JSON.stringify({ [EVIL]: EVIL }),
    dead: failure,
  }
  const description = {
    flow,
    version: 1,
    source: EVIL,
    first: `h${EVIL}`,
    hops: [
      {
        name: `h${EVIL}`,
        steps: [EVIL],
        effect: EVIL,
        destination: EVIL,
        next: [{ hop: `h${EVIL}`, label: EVIL }],
        errors: [],
      },
    ],
    errors: [{ tag: EVIL, to: EVIL }],
  }
  await journal.accept([entry('m', own), entry(`n${EVIL}`, { ...own, body: EVIL })], {
    state: [
      { name: `flow:${flow}`, expect: 0, value: description },
      { name: 'flows', expect: 0, value: [flow] },
      {
        name: 'control',
        expect: 0,
        value: { paused: [{ what: { flow }, since: 1, by: EVIL, why: EVIL }], upTo: 0, spent: {} },
      },
    ],
  })
  await journal.close()
  return file
}

const looks = (flow: string): readonly (readonly string[])[] => [
  ['status'],
  ['dead', 'ls'],
  ['dead', 'show', 'm', '--full'],
  ['dead', 'show', `n${EVIL}`],
  ['dead', 'replay', 'm', `n${EVIL}`, `x${EVIL}`, '--dry-run'],
  ['graph', flow],
  ['graph', flow, '--svg'],
  ['graph', `no ${EVIL}`],
]

describe('what comes from elsewhere', () => {
  it('never moves a cursor, nor speaks to the terminal: as text, as JSON, in errors and in files', async () => {
    const file = await hostile()
    const files = new Map<string, string>()
    const seats = [{ columns: 100, env: { NO_COLOR: '1' } }, { columns: 30, env: { NO_COLOR: '1' } }, {}]
    const said: Said[] = []
    for (const seat of seats) {
      const say = atTerminal(file, { ...seat, files })
      for (const args of looks(`f${EVIL}`)) {
        said.push(await say(...args))
        if (args[0] !== 'graph') said.push(await say(...args, '--json'))
      }
      said.push(await say('graph', `f${EVIL}`, '--svg', '--out', `out${EVIL}`))
      said.push(await say('graph', `f${EVIL}`, '--out', 'mermaid'))
      for (const args of [
        ['no', EVIL],
        ['status', `--${EVIL}`],
        ['dead', 'ls', '--since', EVIL],
        ['status', '--file', EVIL],
        ['pause', 'flow', EVIL],
        ['resume', 'hop', `x/${EVIL}`],
        ['help', EVIL],
      ])
        said.push(await say(...args))
    }
    const asked = await atTerminal(file, { answers: 'n', columns: 80, env: { NO_COLOR: '1' } })('erase', EVIL)
    for (const { out, err } of [...said, asked]) {
      // Columns of a pipe stand between tabs.
      expect(out.replaceAll('\t', ' ')).not.toMatch(CONTROL)
      expect(err).not.toMatch(CONTROL)
    }
    for (const text of files.values()) expect(text).not.toMatch(CONTROL)
    expect(said.filter(({ out }) => out.includes('\\x1b]0;owned\\x07')).length).toBeGreaterThan(10)
    expect(said.filter(({ out }) => out.includes('\\u001b]0;owned')).length).toBeGreaterThan(5)
    expect(files.get('mermaid')).toContain('flowchart LR')
  })

  it('keeps its columns: no value can add another one', async () => {
    const file = await hostile()
    const { lines } = await atTerminal(file)('dead', 'ls')
    expect(lines.map((line) => line.split('\t').length)).toEqual([7, 7, 7])
  })

  it('is coloured only where that was not declined', async () => {
    const file = await hostile()
    // oxlint-disable-next-line no-control-regex
    const styles = /\u001B\[\d+m/
    expect((await atTerminal(file, { columns: 80 })('status')).out).toMatch(styles)
    for (const env of [{ NO_COLOR: '1' }, { TERM: 'dumb' }] as const)
      expect((await atTerminal(file, { columns: 80, env })('status')).out).not.toMatch(styles)
    expect((await atTerminal(file, { env: { FORCE_COLOR: '1' } })('status')).out).toMatch(styles)
  })
})

describe('a credential', () => {
  it('that a message carries is masked, and the rest of it is whole', async () => {
    const s = await service()
    const order = {
      n: 1,
      how: 'refuse' as const,
      password: CANARY,
      remarks: [`see https://u:${CANARY}@host.example/?access_token=${CANARY}`, 'x'.repeat(20_000)],
    }
    const [id] = await s.send([order])
    await s.dead(1)
    for (const more of [['--full'], ['--json'], []]) {
      const { out } = await atTerminal(s.file)('dead', 'show', `${id!}/post`, ...more)
      expect(out).not.toContain(CANARY)
      expect(out).toContain('"password":')
      expect(out.includes('x'.repeat(20_000))).toBe(more.length > 0)
    }
  })

  it('in headers, failures or URLs appears in no output', async () => {
    const s = await service()
    const headers = {
      authorization: `Bearer ${CANARY}`,
      cookie: `sid=${CANARY}`,
      'x-hub-signature-256': CANARY,
      'x-api-key': CANARY,
      'x-callback': `https://u:${CANARY}@host.example/?access_token=${CANARY}`,
    }
    const ids = await s.send([{ n: 1, how: 'refuse' }, { n: 2, how: 'away' }, { how: 'x' } as never], headers)
    await s.send([{ n: 3, how: 'refuse', text: `rejected: authorization: Bearer ${CANARY}` }])
    await s.dead(3)
    const say = atTerminal(s.file)
    const all = [
      ['status'],
      ['dead', 'ls'],
      ['graph', 'orders'],
      ['dead', 'replay', '--flow', 'orders', '--dry-run'],
    ]
    const shows = [`${ids[0]!}/post`, `${ids[1]!}/post`, ids[2]!, ids[0]!].map((id) => [
      'dead',
      'show',
      id,
      '--full',
    ])
    for (const args of [...all, ...shows]) {
      for (const more of [[], ['--json']]) {
        const { code, out, err } = await say(...args, ...more)
        expect([args, code]).toEqual([args, 0])
        expect(out + err).not.toContain(CANARY)
      }
    }
  })
})

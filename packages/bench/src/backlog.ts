/**
 * A journal with a long backlog: how long a service takes to start on it, after a clean stop and after a kill, and how fast it
 * works, beside a journal that holds no more than what is worked off. Messages of 2 KB, newest version of each asset, a
 * fan-out to two targets that do nothing. The file is made once, through the engine, and copied for each round, so it is in the
 * system's cache.
 *
 * Run: `npx -y pnpm@12 bench backlog [--entries 100000] [--rounds 3] [--page]`; `--page` puts the results of all sizes that
 * were measured into docs/guarantees.md.
 */
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { fill } from './backlog/fill.ts'
import { wantsPage, writePage } from './backlog/page.ts'
import { working } from './backlog/working.ts'
import { bench } from './harness/bench.ts'
import { workFolder } from './harness/places.ts'
import { progress } from './harness/progress.ts'
import { ratio } from './harness/row.ts'
import { sizeOption } from './harness/size-option.ts'

const page = wantsPage(process.argv)
const entries = sizeOption('entries', 100_000)
const messages = Math.min(20_000, Math.ceil(entries / 5))
const { BACKLOG_FULL: full = '', BACKLOG_EMPTY: empty = '' } = process.env

const EMPTY = 'nothing else waits'
const FULL = 'backlog'
const KILLED = 'backlog, after a kill'

const prepare = async (): Promise<Readonly<Record<string, string>>> => {
  const line = progress()
  const made = async (name: string, n: number): Promise<string> => {
    const file = join(workFolder('backlog'), `${name}-${process.pid}.db`)
    process.on('exit', () => {
      for (const suffix of ['', '-wal', '-shm', '.lock']) rmSync(file + suffix, { force: true })
    })
    await fill(file, n, (done) => line.say(done, n, `entries put into the journal "${name}"`))
    return file
  }
  const files = { BACKLOG_FULL: await made('full', entries), BACKLOG_EMPTY: await made('empty', messages) }
  line.clear()
  return files
}

await bench({
  script: import.meta.filename,
  name: entries === 100_000 ? 'backlog' : `backlog-${entries}`,
  peers: [],
  limit: 600_000,
  prepare,
  variants: {
    [EMPTY]: () => working({ file: empty, messages }),
    [FULL]: () => working({ file: full, messages }),
    [KILLED]: () => working({ file: full, messages, killed: true }),
  },
  rows: [
    { row: 'entries waiting', of: () => entries },
    {
      row: 'start to first claim',
      of: (at) => at(FULL, 'first claim ms') / 1000,
      must: { atMost: 2 },
      unit: 's',
    },
    {
      row: 'start to first claim, after a kill',
      of: (at) => at(KILLED, 'first claim ms') / 1000,
      must: { atMost: 2 },
      unit: 's',
    },
    {
      row: 'messages/s with nothing else waiting / with the backlog',
      of: ratio(EMPTY, FULL, 'messages/s'),
      must: { atMost: 4, aim: 2 },
    },
    {
      row: 'the same after a kill',
      of: ratio(EMPTY, KILLED, 'messages/s'),
      must: { atMost: 4, aim: 2 },
    },
    {
      row: 'listing dead letters',
      of: (at) => at(FULL, 'dead letters ms'),
      must: { atMost: 100 },
      unit: 'ms',
    },
    { row: 'counts', of: (at) => at(FULL, 'counts ms'), must: { atMost: 100 }, unit: 'ms' },
    { row: 'messages with the backlog', of: (at) => at(FULL, 'messages/s'), unit: '/s' },
    { row: 'journal', of: (at) => at(FULL, 'journal MiB'), unit: 'MiB' },
    { row: 'journal, an entry', of: (at) => (at(FULL, 'journal MiB') * 2 ** 20) / entries, unit: 'bytes' },
    { row: 'peak RSS', of: (at) => at(FULL, 'peak RSS MiB'), unit: 'MiB' },
  ],
})
if (page) writePage()

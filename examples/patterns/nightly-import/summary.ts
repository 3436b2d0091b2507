import { readPeakMemory } from '@xconnector/example-kit/peak-memory'
import { good } from '@xconnector/example-kit/story'
import { table } from '@xconnector/example-kit/table'
import { count, counted, span } from '@xconnector/example-kit/words'
import type { Evidence } from './laws.ts'

const HEAD = ['', 'rows', 'created', 'updated', 'unchanged', 'dead', 'calls', 'took', 'rows/s']

/** What happened, for people. `folder`: where the importing processes wrote down their peak memory. */
export const summary = ({ seen, kills, dead }: Evidence, folder: string): string => {
  const rows = seen.told.map(({ report, calls }, i) => {
    const { total, created, updated, unchanged, dead: bad, took } = report
    const since = calls - (i === 0 ? 0 : seen.told[i - 1]!.calls)
    return [
      `night ${i + 1}`,
      ...[total, created, updated, unchanged, bad, since].map(count),
      span(took),
      count(Math.round((total * 1000) / took)),
    ]
  })
  const fastest = Math.max(...seen.bySecond.values())
  const peak = readPeakMemory(folder).get('importer') ?? 0
  return [
    table(HEAD, rows),
    good(
      `${counted(kills, 'kill')} -9, ${counted(seen.downloads, 'download')}, ${count(seen.again)} of ${counted(seen.puts, 'product')} put again`,
    ),
    good(
      `at most ${counted(fastest, 'call')} in a second, ${count(seen.refused)} refused for coming too fast`,
    ),
    good(`peak memory of the importer ${count(Math.round(peak / 2 ** 20))} MiB`),
    good(`dead letters: lines ${dead.map(({ body }) => body.line).join(', ') || 'none'}`),
  ].join('\n')
}

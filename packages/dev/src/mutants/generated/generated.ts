import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { root } from '../../command/repository.ts'
import { sourcesIn } from './candidates.ts'
import { rememberedChoice } from './chosen.ts'
import type { GeneratedOptions } from './options.ts'
import { rememberedReach } from './reach.ts'
import { described, isNoticed, percent, scoreOf, summary } from './score.ts'
import { testedCopy } from './tested-copy.ts'
import { tryGenerated, type Fared } from './trial.ts'

/** What must be noticed of all: the share. */
const ENOUGH = 0.8

/** How many are tried at a time. */
const AT_A_TIME = 2

const FILE_OF_REASONS = 'packages/dev/mutants/generated/unnoticed.json'

const readReport = (file: string): readonly Fared[] =>
  existsSync(file)
    ? (JSON.parse(readFileSync(file, 'utf8')) as { readonly mutants: readonly Fared[] }).mutants
    : []

/** What people found of mutants that nothing notices, by id: why they are no fault. */
const readReasons = (): ReadonlyMap<string, string> => {
  const file = join(root, FILE_OF_REASONS)
  const list = existsSync(file)
    ? (JSON.parse(readFileSync(file, 'utf8')) as readonly { readonly id: string; readonly reason: string }[])
    : []
  return new Map(list.map(({ id, reason }) => [id, reason]))
}

/** What the reach of the tests depends on, relative to the checkout. */
export const testsAndSources = (checkout: string): readonly string[] => [
  ...sourcesIn(checkout, ['packages/core/src', 'packages/sqlite/src']),
  ...['packages/core/test', 'packages/sqlite/test'].flatMap((folder) =>
    readdirSync(join(checkout, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => `${folder}/${name}`)
      .sort(),
  ),
]

/** Tries generated mutants of a checkout, reports, and says whether enough of all tried so far were noticed. */
export const runGenerated = async (o: GeneratedOptions, checkout: string = root): Promise<boolean> => {
  const say = (line: string): void => console.log(line)
  const reach = await rememberedReach(checkout, testsAndSources(checkout), say)
  const { mutants, refused } = rememberedChoice(checkout, o.seed, o.count)
  say(`${mutants.length} mutants of seed ${o.seed}; ${refused} more were refused by the type-checker`)
  const before = new Map(readReport(o.report).map((m) => [m.id, m]))
  const known = new Set(mutants.map((m) => m.id))
  const unnoticed = (id: string): boolean => before.has(id) && !isNoticed(before.get(id)!)
  const todo = mutants
    .slice(o.from, o.from + o.slice)
    .filter((m) => (o.only === undefined || o.only.has(m.id)) && (!o.survivors || unnoticed(m.id)))
  const fared = new Map([...before].filter(([id]) => known.has(id)))
  const show = progress(todo.length)
  let next = 0
  const save = (): void => {
    mkdirSync(dirname(resolve(o.report)), { recursive: true })
    const list = mutants.flatMap((m) => fared.get(m.id) ?? [])
    const report = { seed: o.seed, count: o.count, refused, score: scoreOf(list), mutants: list }
    writeFileSync(o.report, `${JSON.stringify(report, undefined, 1)}\n`)
  }
  const worker = async (): Promise<void> => {
    const copy = testedCopy(checkout)
    try {
      while (next < todo.length) {
        const mutant = todo[next++]!
        const result = await tryGenerated(copy, reach, mutant, 1000 * o.budget)
        fared.set(mutant.id, result)
        show(result)
        save()
      }
    } finally {
      copy.dispose()
    }
  }
  await Promise.all(Array.from({ length: Math.min(AT_A_TIME, todo.length) }, worker))
  const all = mutants.flatMap((m) => fared.get(m.id) ?? [])
  const score = scoreOf(all)
  say(`\n${summary(all, readReasons())}`)
  say(`report: ${o.report}`)
  say(
    `mutation score ${percent(score)} of ${all.length} tried, of ${mutants.length}; expected ${ENOUGH * 100} %`,
  )
  return score.noticed >= ENOUGH * score.all
}

/** Tells of each mutant; on a terminal, of those that nothing noticed, beside a line that moves. */
const progress = (all: number): ((m: Fared) => void) => {
  let done = 0
  let noticed = 0
  return (m) => {
    done++
    if (isNoticed(m)) noticed++
    const line = `${done}/${all}, ${noticed} noticed`
    if (!process.stdout.isTTY) {
      console.log(`${line}  ${m.fate.padEnd(9)} ${m.seconds} s  ${described(m)}  ${m.detail}`)
      return
    }
    if (!isNoticed(m)) console.log(`\r\u001B[K${m.fate}  ${described(m)}`)
    process.stdout.write(`\r\u001B[K${line}`)
  }
}

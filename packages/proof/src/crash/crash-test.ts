import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Arguments } from './arguments.ts'
import type { Mode } from './cast/slots.ts'
import { evidenceIn, VIOLENCE_FILE } from './check/evidence.ts'
import { Facts } from './check/facts.ts'
import { judge, type Verdict } from './check/judge.ts'
import { storyOf } from './check/story.ts'
import type { Family } from './family.ts'
import { planOf } from './plan.ts'
import type { Programs } from './programs.ts'
import { ProgressLine } from './report/progress-line.ts'
import { summary, violationTable } from './report/summary.ts'
import { carryOut } from './run.ts'

/** What a crash test works with. */
export interface Ports {
  readonly programs: Programs
  readonly family: Family
  /** Told of a folder that was made for it, and goes at its end: who ends it before that removes it. */
  made?(place: string): void
  /** Gets what is to be read. */
  say(text: string): void
}

/** The part of the kills that a run of several processes gets, where there is one of one process too. */
const OF_MANY = 0.8

const SENDING = {
  many: { lanes: 8, pauseMs: 200 },
  one: { lanes: 8, pauseMs: 100 },
} as const

/** The report of a batch run is looked for every half minute at most; what stands still for longer is stuck. */
const PATIENCE_MS = 45_000

/** Runs the crash test as it was asked for, judges it, and says what came of it. Gives the verdicts; evidence of a violation is kept. */
export const crashTest = async (
  { kills, seed, minutes, modes, directory, keep, sabotage }: Arguments,
  { programs, family, say, made }: Ports,
): Promise<ReadonlyMap<Mode, Verdict>> => {
  const place = directory ?? mkdtempSync(join(tmpdir(), 'xconnector-crash-'))
  if (directory === undefined && !keep) made?.(place)
  const until = Date.now() + minutes * 60_000
  const verdicts = new Map<Mode, Verdict>()
  for (const [i, mode] of modes.entries()) {
    const part =
      modes.length === 1
        ? kills
        : mode === 'many'
          ? Math.ceil(kills * OF_MANY)
          : kills - Math.ceil(kills * OF_MANY)
    const of = join(place, mode)
    rmSync(of, { recursive: true, force: true })
    mkdirSync(of, { recursive: true })
    const line = new ProgressLine(mode, part)
    const began = performance.now()
    const violence = await carryOut({
      mode,
      plan: planOf(seed, mode, part),
      directory: of,
      programs,
      family,
      // Each run gets its part of the time that is left.
      until: Date.now() + (until - Date.now()) * (i === modes.length - 1 ? 1 : OF_MANY),
      ...SENDING[mode],
      patienceMs: PATIENCE_MS,
      sabotage,
      progress: (state) => line.show(state),
    })
    line.end()
    writeFileSync(join(of, VIOLENCE_FILE), JSON.stringify(violence))
    const evidence = evidenceIn(of, mode)
    const verdict = judge(evidence)
    verdicts.set(mode, verdict)
    say(summary(mode, verdict, violence, performance.now() - began))
    if (verdict.violations.length > 0) {
      say(`\n${violationTable(verdict)}\n\n${storyOf(new Facts(evidence), verdict.violations[0]!)}`)
    }
    say('')
  }
  const sound = [...verdicts.values()].every(({ violations }) => violations.length === 0)
  if (sound && !keep) rmSync(place, { recursive: true, force: true })
  else say(`kept: ${place}`)
  say(`seed ${seed}: ${sound ? 'nothing was lost, nothing was done twice that must not be' : 'VIOLATED'}`)
  return verdicts
}

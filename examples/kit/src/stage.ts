import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Crew } from './crew.ts'
import { bad, good, strong } from './story.ts'
import { span } from './words.ts'

/** What a demo is played on. */
export interface StageOptions {
  /** The folder that the processes' files are in. */
  readonly sources: string
  /** Leaves the run's folder behind. */
  readonly keep: boolean
  /** Milliseconds of `performance.now()` at which it began. */
  readonly began: number
}

/**
 * Plays a demo with a crew and a folder of its own, says how it ended, and ends this process: with 0 when everything
 * reconciles. However it ends, no process is left, and no file but with `keep`.
 */
export const onStage = async (
  { sources, keep, began }: StageOptions,
  play: (crew: Crew, folder: string) => Promise<boolean>,
): Promise<never> => {
  const folder = mkdtempSync(join(tmpdir(), 'xconnector-demo-'))
  const crew = new Crew({ folder, sources })
  process.once('exit', () => {
    crew.killAll()
    if (!keep) rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 })
    else console.log(`  everything is kept in ${folder}`)
  })
  for (const [signal, number] of SIGNALS) process.once(signal, () => process.exit(128 + number))
  try {
    const reconciles = await play(crew, folder)
    const took = span(performance.now() - began)
    if (reconciles) console.log(good(strong(`Everything reconciles, in ${took}.`)))
    else console.log(bad(`in ${took}`))
    process.exit(reconciles ? 0 : 1)
  } catch (error) {
    console.error(`\n${bad(error instanceof Error ? error.message : String(error))}`)
    process.exit(1)
  }
}

const SIGNALS = [
  ['SIGINT', 2],
  ['SIGTERM', 15],
  ['SIGHUP', 1],
] as const

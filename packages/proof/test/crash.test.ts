import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Mode } from '../src/crash/cast/slots.ts'
import { evidenceIn, VIOLENCE_FILE, type Evidence } from '../src/crash/check/evidence.ts'
import { judge } from '../src/crash/check/judge.ts'
import { Family } from '../src/crash/family.ts'
import { planOf } from '../src/crash/plan.ts'
import type { Programs } from '../src/crash/programs.ts'
import { carryOut } from '../src/crash/run.ts'
import { bundled } from './crash/bundle.ts'

const KILLS: Readonly<Record<Mode, number>> = { many: 9, one: 3 }

const family = new Family()
const place = mkdtempSync(join(tmpdir(), 'xconnector-crash-'))
let programs: Programs

beforeAll(async () => {
  programs = await bundled()
})

afterAll(() => {
  family.killAll()
  rmSync(place, { recursive: true, force: true })
})

const crashed = async (mode: Mode): Promise<Evidence> => {
  const directory = mkdtempSync(join(place, mode))
  const violence = await carryOut({
    mode,
    plan: planOf('short', mode, KILLS[mode]),
    directory,
    programs,
    family,
    until: Number.POSITIVE_INFINITY,
    lanes: 8,
    pauseMs: 400,
    patienceMs: 45_000,
    progress: () => {},
  })
  writeFileSync(join(directory, VIOLENCE_FILE), JSON.stringify(violence))
  return evidenceIn(directory, mode)
}

const ruleOf = (evidence: Evidence): readonly string[] => judge(evidence).violations.map(({ rule }) => rule)

// Most of their time is waiting: they run side by side.
describe.concurrent(
  'real processes with real flows, killed in the middle of their work',
  { timeout: 300_000 },
  () => {
    it('lose nothing and repeat nothing unasked on one file; and what is done to the logs is found', async ({
      expect,
    }) => {
      const evidence = await crashed('many')
      const { violations, figures } = judge(evidence)
      expect(violations).toEqual([])
      expect(figures.kills).toBeGreaterThanOrEqual(KILLS.many)
      expect(figures.acknowledged).toBeGreaterThan(20)
      expect(figures.effects).toBeGreaterThan(figures.acknowledged)

      const { received } = evidence
      const at = received.findIndex(({ delivery, as }) => delivery.part === 'keyed' && as === 'taken')
      const { key } = received[at]!.delivery
      const without = received.filter(({ delivery }) => delivery.key !== key)
      expect(ruleOf({ ...evidence, received: without })).toContain(
        'every acknowledged message is done, dead or pending, per branch',
      )
      const unsafe = received.find(({ path, as }) => path === '/unsafe' && as === 'taken')!
      expect(ruleOf({ ...evidence, received: [...received, unsafe] })).toContain(
        'an unsafe effect is never sent twice',
      )
    })

    it('lose nothing and repeat nothing unasked where one process does all', async ({ expect }) => {
      const { violations, figures } = judge(await crashed('one'))
      expect(violations).toEqual([])
      expect(figures.kills).toBeGreaterThanOrEqual(KILLS.one)
    })
  },
)

describe('the processes of a run', () => {
  it('are gone when it is over', () => {
    expect(family.size).toBe(0)
  })
})

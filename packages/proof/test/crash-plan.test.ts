import { describe, expect, it } from 'vitest'
import { argumentsOf } from '../src/crash/arguments.ts'
import { isPoison, KINDS, mailOf } from '../src/crash/cast/mail.ts'
import { planOf } from '../src/crash/plan.ts'
import { POINTS } from '../src/crash/points.ts'
import { bars } from '../src/crash/report/bars.ts'

const kills = (seed: string, n: number) =>
  [...planOf(seed, 'many', n).values()].flat().filter(({ as }) => as === 'kill')

describe('the plan of a crash test', () => {
  it('is the same for the same seed, and another for another', () => {
    expect(planOf('a', 'many', 50)).toEqual(planOf('a', 'many', 50))
    expect(planOf('a', 'many', 50)).not.toEqual(planOf('b', 'many', 50))
  })

  it('has as many kills as were asked for, of every process and at every point, and some stops', () => {
    const plan = planOf('a', 'many', 200)
    expect(kills('a', 200)).toHaveLength(200)
    expect([...plan.values()].every((blows) => blows.length > 0)).toBe(true)
    expect(new Set(kills('a', 200).map((blow) => blow.as === 'kill' && blow.point))).toEqual(new Set(POINTS))
    expect([...plan.values()].flat().filter(({ as }) => as === 'stop').length).toBeGreaterThan(3)
  })

  it('kills every service about as often as the others', () => {
    const counts = ['accept', 'both', 'work-1', 'work-2'].map(
      (name) =>
        planOf('c', 'many', 200)
          .get(name)!
          .filter(({ as }) => as === 'kill').length,
    )
    expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1)
  })
})

describe('the messages of a crash test', () => {
  it('are the same each time that they are asked for, and of every kind, refused and poison ones among them', () => {
    const mails = Array.from({ length: 8 }, (_, lane) =>
      Array.from({ length: 120 }, (_, n) => mailOf('p0', lane, n)),
    ).flat()
    expect(mails).toEqual(
      Array.from({ length: 8 }, (_, lane) =>
        Array.from({ length: 120 }, (_, n) => mailOf('p0', lane, n)),
      ).flat(),
    )
    expect(new Set(mails.map(({ kind }) => kind))).toEqual(new Set(KINDS))
    expect(new Set(mails.map(({ m }) => m)).size).toBe(mails.length)
    expect(mails.some(isPoison)).toBe(true)
    const refused = new Set(mails.filter(({ refuse }) => refuse.length > 0).map(({ kind }) => kind))
    expect(refused).toEqual(new Set(['fan', 'all', 'quorum', 'best', 'lines', 'run']))
  })

  it('meet at orders, groups and things', () => {
    const mails = Array.from({ length: 8 }, (_, lane) =>
      Array.from({ length: 240 }, (_, n) => mailOf('p0', lane, n)),
    ).flat()
    for (const kind of ['once', 'sole', 'count', 'window', 'latest']) {
      const of = mails.filter((mail) => mail.kind === kind).map((mail) => mail.of)
      expect(new Set(of).size, kind).toBeLessThan(of.length)
    }
  })
})

describe('the command line of the crash test', () => {
  it('asks for 200 kills in both modes by default, and for as many as fit where it is given minutes only', () => {
    expect(argumentsOf([], 's')).toMatchObject({ kills: 200, seed: 's', modes: ['many', 'one'], keep: false })
    expect(argumentsOf(['--minutes', '2'], 's')).toMatchObject({ kills: 240, minutes: 2 })
    expect(argumentsOf(['--kills=5', '--mode', 'one', '--seed', 'x'], 's')).toMatchObject({
      kills: 5,
      modes: ['one'],
      seed: 'x',
    })
  })

  it('names an option that makes no sense, what was expected, and what came', () => {
    const refusal =
      (...argv: string[]) =>
      () =>
        argumentsOf(argv, 's')
    expect(refusal('--kills', 'many')).toThrow(
      '--kills: expected a number above 0, at most 1000000, got "many"',
    )
    expect(refusal('--kills', '1.5')).toThrow('--kills: expected a whole number, got "1.5"')
    expect(refusal('--minutes', '0')).toThrow('--minutes: expected a number above 0')
    expect(refusal('--mode', 'three')).toThrow('--mode: expected many, one or both, got "three"')
    expect(refusal('--seed')).toThrow('--seed: expected a text, got nothing')
    expect(refusal('--directory')).toThrow('--directory: expected a folder, got nothing')
    expect(refusal('--keep', 'no')).toThrow('--keep: expected nothing behind it, got "no"')
    expect(refusal('--speed', '9')).toThrow('no option --speed')
  })
})

describe('the bars of a distribution', () => {
  it('are sorted, and as long as their numbers', () => {
    const drawn = bars(
      new Map([
        ['few', 1],
        ['many', 4],
      ]),
      8,
    ).split('\n')
    expect(drawn).toEqual(['  many      4  ████████', '  few       1  ██'])
  })
})

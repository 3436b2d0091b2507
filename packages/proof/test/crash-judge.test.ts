import { describe, expect, it } from 'vitest'
import { judge } from '../src/crash/check/judge.ts'
import { Facts } from '../src/crash/check/facts.ts'
import { storyOf } from '../src/crash/check/story.ts'
import { deliver, evidenceOf, soundWorld, type World } from './crash/world.ts'

const rulesBroken = (world: World): readonly string[] => [
  ...new Set(judge(evidenceOf(world)).violations.map(({ rule }) => rule)),
]

/** A sound world with one fault in it. */
const faulty = (fault: (world: World) => void): readonly string[] => {
  const world = soundWorld()
  fault(world)
  return rulesBroken(world)
}

const drop = <A>(all: A[], test: (one: A) => boolean): A => {
  const at = all.findIndex(test)
  return all.splice(at, 1)[0]!
}

const find = (world: World, kind: string, part: string) =>
  world.received.find(({ delivery }) => delivery.kind === kind && delivery.part === part)!

const ACCOUNTED = 'every acknowledged message is done, dead or pending, per branch'
const EXPLAINED = 'a repeat is of what was in hand at a kill'

describe('the judge of the crash test', () => {
  it('finds nothing wrong with a sound run', () => {
    const verdict = judge(evidenceOf(soundWorld()))
    expect(verdict.violations).toEqual([])
    expect(verdict.figures).toMatchObject({ acknowledged: 192, again: 0, repeats: 0 })
    expect(verdict.figures.dead).toMatchObject({
      Rejected: expect.any(Number),
      PartialFailure: expect.any(Number),
    })
  })

  it('finds an acknowledgement before the store: a message of which nothing is left', () => {
    const broken = faulty((world) => {
      const { mail, id } = world.acknowledged.find((a) => a.mail.kind === 'keys')!
      world.received = world.received.filter(({ delivery }) => delivery.m !== mail.m)
      world.dedupe.delete(`keys\n/hooks/keys\n${mail.m}`)
      world.tally.push(
        { flow: 'keys', hop: 'first', what: 'in', n: -1 },
        { flow: 'keys', hop: 'first', what: 'delivered', n: -1 },
      )
      expect(id).toBeDefined()
    })
    expect(broken).toEqual(
      expect.arrayContaining([
        ACCOUNTED,
        'a repeat is answered as the first',
        'what came in is what was acknowledged',
      ]),
    )
  })

  it('finds an emit outside of the commit: one branch of a message that is done is missing', () => {
    expect(
      faulty((world) => void drop(world.received, ({ delivery }) => delivery.part === 'flapping')),
    ).toEqual([ACCOUNTED])
  })

  it('finds a lease without fencing: an effect is repeated that was in nobody’s hands', () => {
    expect(faulty((world) => void world.received.push(find(world, 'fan', 'keyed')))).toEqual([
      EXPLAINED,
      'repeats are at most kills x in flight',
    ])
  })

  it('takes a repeat of what was in hand at a kill, and as many as the receiver has asked for', () => {
    const broken = faulty((world) => {
      const request = find(world, 'fan', 'keyed')
      world.received.push(request)
      const blow = { at: 0, slot: 'both', life: 'both-1', point: 'at random', counted: true } as const
      world.violence = { ...world.violence, done: [{ ...blow, inHand: [request.delivery.key] }] }
      const other = find(world, 'fan', 'strict')
      world.received.push({ ...other, as: 'cut' })
    })
    expect(broken).toEqual([])
  })

  it('finds a lost dedupe key: one message under two ids', () => {
    const broken = faulty((world) => {
      const first = world.acknowledged.find(({ mail }) => mail.kind === 'latest')!
      world.acknowledged.push({ ...first, id: 'root-another' })
    })
    expect(broken).toContain('a repeat is answered as the first')
  })

  it('finds a line that was taken out of the receiver’s log, whatever it was of', () => {
    const kept = new Set(['count group', 'window group'])
    for (const [i, { delivery }] of soundWorld().received.entries()) {
      if (kept.has(`${delivery.kind} ${delivery.part}`) || i % 7 !== 0) continue
      // A version may have been superseded, unless it is the newest.
      if (delivery.kind === 'latest') continue
      expect(
        faulty((world) => void world.received.splice(i, 1)),
        `${delivery.kind} ${delivery.part}`,
      ).not.toEqual([])
    }
  })

  it('finds two messages of one key in the wrong order', () => {
    const broken = faulty((world) => {
      const [a, b] = world.received.filter(
        ({ delivery }) => delivery.part === 'first' && delivery.of === 'line-p0-0',
      )
      const [i, j] = [world.received.indexOf(a!), world.received.indexOf(b!)]
      ;[world.received[i], world.received[j]] = [b!, a!]
    })
    expect(broken).toEqual(['messages of one key arrive in the order of their accept'])
  })

  it('finds an unsafe effect that was sent twice, even by one who was killed', () => {
    const broken = faulty((world) => {
      const request = find(world, 'fan', 'unsafe')
      world.received.push(request)
      const blow = { at: 0, slot: 'both', life: 'both-1', point: 'at random', counted: true } as const
      world.violence = { ...world.violence, done: [{ ...blow, inHand: [request.delivery.key] }] }
    })
    expect(broken).toEqual(['an unsafe effect is never sent twice'])
  })

  it('finds a repeat with another body, and one with another key', () => {
    const changed = faulty((world) => {
      const request = find(world, 'all', 'a')
      world.received.push({ ...request, as: 'cut', delivery: { ...request.delivery, n: 99 } })
    })
    expect(changed).toEqual(['a repeat has the same key and the same body'])
    const rekeyed = faulty((world) => {
      const at = world.received.indexOf(find(world, 'all', 'a'))
      world.received[at] = { ...world.received[at]!, header: '"another"' }
    })
    expect(rekeyed).toEqual(['a repeat has the same key and the same body'])
  })

  it('finds a version that is followed by an older one, and the newest one missing', () => {
    const back = faulty((world) => {
      const [older] = world.received.filter(({ delivery }) => delivery.part === 'show')
      drop(world.received, (request) => request === older)
      world.received.push(older!)
    })
    expect(back).toEqual(['a newer version is never followed by an older one'])
    const missing = faulty((world) => {
      const shown = world.received.filter(({ delivery }) => delivery.of === 'thing-p0-1')
      drop(world.received, (request) => request === shown.at(-1))
    })
    expect(missing).toEqual(['the newest version arrives'])
  })

  it('finds a member in two groups, and a member in none', () => {
    const members = (world: World) => find(world, 'count', 'group').delivery.holds as string[]
    expect(faulty((world) => void members(world).push(members(world)[0]!))).toEqual(
      expect.arrayContaining(['a group counts no member twice', 'a group has its size']),
    )
    expect(faulty((world) => void members(world).pop())).toEqual(['a group loses no member'])
  })

  it('finds a join that lacks a reply, and one that holds another’s', () => {
    expect(
      faulty((world) => void (find(world, 'lines', 'joined').delivery.holds as unknown[]).pop()),
    ).toEqual(['a join holds each of its replies once'])
    const swapped = faulty((world) => {
      const holds = find(world, 'all', 'joined').delivery.holds as Record<string, unknown>
      holds['a'] = holds['b']
    })
    expect(swapped).toEqual(['a join holds each of its replies once'])
  })

  it('finds a run whose report does not add up', () => {
    const broken = faulty(
      (world) => void ((find(world, 'run', 'report').delivery.holds as { created: number }).created += 1),
    )
    expect(broken).toEqual(['the report of a run adds up'])
  })

  it('finds an order that was charged twice', () => {
    const broken = faulty((world) => {
      const { path, delivery } = find(world, 'sole', 'charge')
      deliver(world, path, { ...delivery, key: `${delivery.key}9` })
    })
    expect(broken).toContain('one order has its effect once')
  })

  it('finds counters that do not add up, a dead letter for no reason, and what waits for ever', () => {
    expect(faulty((world) => void world.tally.push({ flow: 'fan', hop: 'keyed', what: 'in', n: 1 }))).toEqual(
      ['in = done + dead + waiting, per hop'],
    )
    const [entry] = soundWorld().entries.filter(({ tag }) => tag === 'Rejected')
    const replaced = (over: object): readonly string[] =>
      faulty((world) => {
        const at = world.entries.findIndex(({ id }) => id === entry!.id)
        world.entries[at] = { ...entry!, ...over }
      })
    expect(replaced({ tag: 'StepFailed' })).toEqual(['a dead letter has a reason'])
    expect(replaced({ tag: null, standing: 'ready' })).toContain('what is left to itself comes to its end')
  })

  it('finds a process that ended by itself, a log that grew without bound, and a message that was refused', () => {
    const broken = faulty((world) => {
      world.violence = { ...world.violence, fell: ['both-1 ended by itself'], walBytes: 2 ** 30 }
      world.begun.push({ m: 'p0-0-0', lane: 0, n: 0, refused: 401 })
    })
    expect(broken).toEqual([
      'no file grows without bound',
      'nobody ends by himself',
      'no good message is refused',
    ])
  })

  it('tells what each log says of the message, in the order of time', () => {
    const world = soundWorld()
    const { delivery } = find(world, 'fan', 'unsafe')
    world.received.push({ ...find(world, 'fan', 'unsafe'), at: 5000, from: 'work-1-3' })
    const facts = new Facts(evidenceOf(world))
    const story = storyOf(facts, judge(evidenceOf(world)).violations[0]!)
    const lines = story.split('\n')
    expect(lines[0]).toBe('Violated: an unsafe effect is never sent twice.')
    expect(lines.find((line) => line.includes('producer'))).toContain(
      `${delivery.m} (fan) is acknowledged as root-${delivery.m}`,
    )
    expect(
      lines.filter((line) => line.includes('unsafe from')).map((line) => /from (\S+)/.exec(line)![1]),
    ).toEqual(['both-1', 'work-1-3'])
  })
})

import { becomes } from '../../src/crash/cast/becomes.ts'
import type { Delivery, Receipt } from '../../src/crash/cast/delivery.ts'
import { KINDS, mailOf, type Kind, type Mail } from '../../src/crash/cast/mail.ts'
import type { Evidence } from '../../src/crash/check/evidence.ts'
import type { EntryRow, JournalFile } from '../../src/crash/check/journal-file.ts'
import { branchesOf } from '../../src/crash/check/rules/accounted.ts'
import type { Received } from '../../src/crash/receiver/request-log.ts'
import type { Violence } from '../../src/crash/violence.ts'

/** What a sound run would leave, made by hand: every message is delivered once, and nobody was killed. */
export interface World {
  acknowledged: Evidence['acknowledged'][number][]
  begun: Evidence['begun'][number][]
  received: Received[]
  entries: EntryRow[]
  tally: JournalFile['tally'][number][]
  dedupe: Map<string, string>
  states: JournalFile['states'][number][]
  violence: Violence
}

const FIRST: Readonly<Record<Kind, string>> = {
  fan: 'fanOut',
  all: 'gather',
  quorum: 'gather',
  best: 'gather',
  lines: 'kept',
  count: 'five',
  window: 'second',
  run: 'rows',
  latest: 'show',
  once: 'charge',
  sole: 'charge',
  keys: 'first',
}

const PATHS: Readonly<Record<string, string>> = {
  idempotent: '/idempotent',
  b: '/idempotent',
  second: '/idempotent',
  unsafe: '/unsafe',
  asked: '/asked',
  strict: '/strict',
  flapping: '/flapping',
  c: '/flapping',
}

const deliveryOf = (mail: Mail, key: string, part: string): Delivery => ({
  key,
  kind: mail.kind,
  part,
  m: mail.m,
  of: mail.of,
  n: mail.n,
  refuse: false,
  ...(mail.version !== undefined && { version: mail.version }),
})

const receiptOf = (m: string, part: string, receipt: string): Receipt => ({
  m,
  part,
  was: becomes(m, part),
  receipt,
})

/** The world of one producer with `lanes` lanes, who sends `each` messages in each of them. */
export const soundWorld = (lanes = 8, each = 24): World => {
  const world = emptyWorld()
  const mails = Array.from({ length: each }, (_, n) =>
    Array.from({ length: lanes }, (_, lane) => mailOf('p0', lane, n)),
  ).flat()
  const groups = new Map<string, Mail[]>()
  const orders = new Map<string, string>()
  const ins = new Map<Kind, { in: number; dead: number }>(KINDS.map((kind) => [kind, { in: 0, dead: 0 }]))
  for (const mail of mails) {
    const { m, kind, of, n } = mail
    const id = `root-${m}`
    world.begun.push({ m, lane: 0, n })
    world.acknowledged.push({ id, mail, at: world.received.length })
    world.dedupe.set(`${kind}\n/hooks/${kind}\n${m}`, id)
    const counted = ins.get(kind)!
    counted.in++
    const receive = (key: string, part: string, over: Partial<Delivery> = {}): void =>
      deliver(world, PATHS[part] ?? (part === 'charge' && kind === 'sole' ? '/unsafe' : '/keyed'), {
        ...deliveryOf(mail, key, part),
        ...over,
      })
    for (const branch of branchesOf(mail, id)) {
      const part = partOf(branch.id, id)
      if (branch.refused) {
        const poison = branch.id === id
        if (poison) counted.dead++
        world.entries.push(
          letter(branch.id, kind, poison ? FIRST[kind] : hopOf(part), poison, world.entries.length),
        )
      } else if (part === 'after') {
        const charge = orders.get(of) ?? `${kind}/charge/${of}~1`
        if (!orders.has(of)) receive(charge, 'charge', { m: '' })
        orders.set(of, charge)
        receive(branch.id, part, { holds: charge })
      } else receive(branch.id, part, holdsOf(mail, id, part))
    }
    if (kind === 'latest') receive(id, 'show')
    if (kind === 'count' || kind === 'window') {
      const group = [...(groups.get(of) ?? []), mail]
      groups.set(of, group.length === 5 ? [] : group)
      const key = `root-${group[0]!.m}/group`
      if (group.length === 5) receive(key, 'group', { holds: group.map((one) => one.m) })
    }
  }
  for (const [of, group] of groups)
    for (const [i, mail] of group.entries())
      world.states.push({
        name: `${mail.kind}/five:g:${of}:${i}`,
        value: JSON.stringify(JSON.stringify(mail)),
      })
  // Letters of branches are counted at hops of their own.
  for (const { flow, hop } of world.entries.filter(({ id }) => id.includes('/')))
    world.tally.push({ flow, hop, what: 'in', n: 1 }, { flow, hop, what: 'dead', n: 1 })
  for (const [flow, { in: all, dead }] of ins) {
    const hop = FIRST[flow]
    world.states.push({ name: `flow:${flow}`, value: JSON.stringify({ first: hop }) })
    for (const [what, n] of [
      ['in', all],
      ['delivered', all - dead],
      ['dead', dead],
    ] as const)
      world.tally.push({ flow, hop, what, n })
  }
  return world
}

/** A request that the receiver has taken. */
export const deliver = (world: World, path: string, delivery: Delivery): void => {
  const header =
    path === '/keyed' || path === '/strict' || path === '/flapping' ? { header: `"${delivery.key}"` } : {}
  world.received.push({ at: world.received.length, from: 'both-1', path, ...header, as: 'taken', delivery })
}

/** The world as a run would have left it. */
export const evidenceOf = (world: World): Evidence => {
  const { acknowledged, begun, received, entries, tally, dedupe, states, violence } = world
  return {
    acknowledged,
    begun,
    received,
    journal: { integrity: 'ok', clean: true, entries, tally, dedupe, states },
    violence,
  }
}

const emptyWorld = (): World => ({
  acknowledged: [],
  begun: [],
  received: [],
  entries: [],
  tally: [],
  dedupe: new Map(),
  states: [],
  violence: { done: [], lost: [], fell: [], walBytes: 0, inFlight: 32 },
})

const partOf = (id: string, root: string): string => {
  const path = id.slice(root.length + 1)
  if (path === '') return 'first'
  const [name, index] = path.split('/') as [string, string?]
  if (index === undefined || index === 'report') return index ?? name
  return `${name === 'lines' ? 'item' : 'row'} ${index}`
}

const hopOf = (part: string): string => (part.includes(' ') ? 'item' : part)

const letter = (id: string, flow: string, hop: string, poison: boolean, seq: number): EntryRow => ({
  seq,
  id,
  flow,
  hop,
  standing: 'dead',
  tag: poison ? 'DecodeFailed' : hop === 'joined' ? 'PartialFailure' : 'Rejected',
  attempts: 1,
  claims: 0,
  at: 0,
  due: 0,
  body: '{}',
})

const holdsOf = (mail: Mail, root: string, part: string): Partial<Delivery> => {
  const { m, kind, items = 0, refuse } = mail
  if (part === 'report') {
    const holds = {
      total: items,
      created: 0,
      updated: 0,
      unchanged: 0,
      dead: refuse.length,
      skipped: 0,
      held: 0,
    }
    for (let i = 0; i < items; i++) if (!refuse.includes(`row ${i}`)) holds[becomes(m, `row ${i}`)]++
    return { holds, m: root }
  }
  if (part !== 'joined') return {}
  if (kind === 'lines')
    return { holds: Array.from({ length: items }, (_, i) => receiptOf(m, `item ${i}`, `${root}/lines/${i}`)) }
  const replies = ['a', 'b', 'c']
    .filter((name) => kind === 'best' || !refuse.includes(name))
    .map((name) => {
      const receipt = receiptOf(m, name, `${root}/${name}`)
      if (kind !== 'best') return [name, receipt] as const
      return [
        name,
        refuse.includes(name) ? { _tag: 'Left', left: {} } : { _tag: 'Right', right: receipt },
      ] as const
    })
  return { holds: Object.fromEntries(replies) }
}

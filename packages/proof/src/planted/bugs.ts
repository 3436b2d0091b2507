import type { PlantedBug } from './planted-bug.ts'

/** Ten faults of the kind that lose, repeat or disorder messages. Each must be found by simulation, by its law. */
export const bugs: readonly PlantedBug[] = [
  {
    name: 'acknowledged before it is stored',
    laws: ['nothingLost'],
    file: 'packages/core/src/runtime/intake.ts',
    find: 'taken = await write(entries, state)',
    replace: `void write(entries, state).catch(() => {})
        taken = entries.map((e) => ({ as: 'accepted' as const, id: e.id }))`,
  },
  {
    name: 'a retry loses the idempotency key',
    laws: ['effectsHaveOneKey'],
    file: 'packages/core/src/runtime/attempt-context.ts',
    find: 'return this.#key ?? this.entry.id',
    replace:
      'return (this.#key ?? this.entry.id) + (this.entry.attempts > 0 ? `#${this.entry.attempts}` : "")',
  },
  {
    name: 'a success is repeated after its sibling failed',
    laws: ['onlyWhatFailed'],
    file: 'packages/core/src/runtime/judge.ts',
    find: "return { outcome: { as: 'again', at, spend: true, error, memo: memoJson(memo) }, error }",
    replace: `const parting = [...t.deployed.plan.hops.values()]
      .map((h) => (h.end.as === 'next' ? h.end.next : undefined))
      .find((next) => next?.as === 'gather')
    const siblings = (parting?.as === 'gather' ? parting.branches : []).flatMap((b) => {
      const sent = emit(t.origin, b.next, JSON.parse(entry.body), { suffix: entry.hop + attempts, answers: null })
      return sent._tag === 'Right' ? sent.right.entries.filter((e) => e.hop !== entry.hop) : []
    })
    return { outcome: { as: 'again', at, spend: true, error, memo: memoJson(memo) }, error, emit: siblings }`,
  },
  {
    name: 'the cursor is moved before its batch',
    laws: ['nothingLost'],
    file: 'packages/core/src/runtime/intake.ts',
    find: '() => journal.accept(entries, { state }),',
    replace: `async () => {
        if (state.length === 0) return await journal.accept(entries)
        if ((await journal.accept([], { state })) === 'conflict') return 'conflict' as const
        return await journal.accept(entries)
      },`,
  },
  {
    name: 'a lease is not fenced',
    laws: ['leasesAreFenced'],
    file: 'packages/core/src/journal/lease.ts',
    find: "return entry !== undefined && entry.state === 'claimed' && entry.token === token ? entry : undefined",
    replace: "return entry !== undefined && entry.state === 'claimed' && token !== '' ? entry : undefined",
  },
  {
    name: 'the latest is what came last',
    laws: ['latestNeverGoesBack'],
    file: 'packages/core/src/journal/supersede.ts',
    find: 'if (order <= 0) return order === 0',
    replace: 'if (order === 0) return true',
  },
  {
    name: 'a join counts a branch twice',
    laws: ['joinsCountOnce'],
    file: 'packages/core/src/journal/parts.ts',
    find: "if (part.as === 'reply') this.replies++",
    replace: "if (part.as === 'reply') this.replies += 2",
  },
  {
    name: 'an alert is written outside of the commit of its verdict',
    laws: ['alertsWithVerdicts'],
    file: 'packages/core/src/runtime/settler.ts',
    find: 'const emit = [...(judgement.emit ?? []), ...(alert?.emit ?? [])]',
    replace: `if (alert !== undefined) {
      void this.#p.journal.accept(alert.emit, { state: alert.state }).catch(() => {})
      return this.#push(trial, judgement, undefined)
    }
    const emit = [...(judgement.emit ?? []), ...(alert?.emit ?? [])]`,
  },
  {
    name: 'a timer outlives the stop',
    laws: ['quietAfterStop'],
    file: 'packages/core/src/runtime/worker.ts',
    find: `    this.#over = true
    this.#leases?.()
`,
    replace: '',
  },
  {
    name: 'parked entries spend attempts',
    laws: ['attemptsWhileParked'],
    file: 'packages/core/src/runtime/settler.ts',
    find: 'spend: false,',
    replace: 'spend: true,',
  },
]

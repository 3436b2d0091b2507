import { chmod } from 'node:fs/promises'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, it, vi } from 'vitest'
import { entry, hops, journalOn, place } from '../support/journals.js'
import { serviceProcess, type ServiceProcess, terminalProcess } from './support/processes.js'

const WAIT = { timeout: 30_000, interval: 20 }

/** A service with some dead letters, all of which would go well now. */
const mended = async (
  file: string,
  n: number,
): Promise<ServiceProcess & { readonly ids: readonly string[] }> => {
  const service = await serviceProcess(file)
  await service.ask({ send: Array.from({ length: n }, (_, i) => ({ n: i, how: 'refuse' as const })) })
  await vi.waitFor(async () => expect(await service.ask('dead')).toHaveLength(n), WAIT)
  const ids = (await service.ask('dead')) as readonly string[]
  await service.ask('mend')
  return { ...service, ids }
}

const posts = async (service: ServiceProcess): Promise<readonly string[]> =>
  ((await service.ask('sent')) as readonly string[]).filter((text) => text.startsWith('post'))

/** How many commands lie in the file. */
const commandsIn = (file: string): number => {
  const db = new DatabaseSync(file, { readOnly: true })
  const n = Number(db.prepare('SELECT count(*) AS n FROM command').get()?.['n'])
  db.close()
  return n
}

const asked = (file: string): Promise<void> => vi.waitFor(() => expect(commandsIn(file)).toBe(1), WAIT)

describe('beside a service in another process', () => {
  it('hops, whole messages and pauses reach it', async () => {
    const { file } = await place()
    const service = await mended(file, 3)
    const [a, b] = service.ids
    const hop = await terminalProcess(file, ['dead', 'replay', a!]).ended
    expect(hop).toEqual({ code: 0, out: '1 dead letter sent again.\n', err: '' })
    const whole = await terminalProcess(file, ['dead', 'replay', b!, '--whole', '--json']).ended
    expect(JSON.parse(whole.out)).toMatchObject({ id: b, as: 'replayed', root: expect.any(String) as string })
    await vi.waitFor(async () => expect(await posts(service)).toEqual(['post 0', 'post 1']), WAIT)
    await terminalProcess(file, ['pause', 'hop', 'orders/post']).ended
    await vi.waitFor(async () => expect(await service.ask('paused')).toBe(1), WAIT)
    await terminalProcess(file, ['dead', 'replay', '--flow', 'orders']).ended
    const status = await terminalProcess(file, ['status']).ended
    expect(status.out).toContain('orders\tpost\t1\t0\t0\t3\t')
    await terminalProcess(file, ['resume', 'hop', 'orders/post']).ended
    await vi.waitFor(async () => expect(await posts(service)).toContain('post 2'), WAIT)
    expect(commandsIn(file)).toBe(0)
  })

  it('that is killed while a command waits: the terminal does it, and the next start goes on', async () => {
    const { file } = await place()
    const service = await mended(file, 2)
    service.child.kill('SIGSTOP')
    const terminal = terminalProcess(file, ['dead', 'replay', '--flow', 'orders', '--wait', '60s'])
    await asked(file)
    await service.kill()
    expect(await terminal.ended).toEqual({ code: 0, out: '2 dead letters sent again.\n', err: '' })
    expect(commandsIn(file)).toBe(0)
    const next = await serviceProcess(file, 'mended')
    await vi.waitFor(async () => expect(await posts(next)).toEqual(['post 0', 'post 1']), WAIT)
  })

  it('that hangs, it takes its command back, and nothing is done later', async () => {
    const { file } = await place()
    const service = await mended(file, 1)
    service.child.kill('SIGSTOP')
    const silent = await terminalProcess(file, ['dead', 'replay', '--flow', 'orders', '--wait', '200ms'])
      .ended
    expect([silent.code, silent.out]).toEqual([1, ''])
    expect(silent.err).toContain('did not answer within 0.2 s')
    expect(silent.err).toContain('taken back: nothing was done')
    const ended = terminalProcess(file, ['dead', 'replay', '--flow', 'orders', '--wait', '60s'])
    await asked(file)
    ended.child.kill('SIGINT')
    expect((await ended.ended).code).toBe(1)
    const status = await terminalProcess(file, ['status']).ended
    expect(status.out).toContain('orders\tpost\t0\t?\t1\t0\t')
    expect(status.err).toContain('What is in flight is not known')
    expect(commandsIn(file)).toBe(0)
    service.child.kill('SIGCONT')
    // What it is asked now, it does behind whatever it found.
    await terminalProcess(file, ['pause', 'intake', 'orders']).ended
    expect(await service.ask('dead')).toEqual(service.ids)
    expect(await posts(service)).toEqual([])
  })
})

describe('whoever reads the output', () => {
  it('may leave: what is shown ends, and what is being done is done to its end', async () => {
    const { file } = await place()
    const journal = journalOn(file)
    await journal.open(hops)
    const dead = { _tag: 'Refused', kind: 'permanent', message: 'no' }
    const letters = 3000
    await journal.accept(
      Array.from({ length: letters }, (_, i) => entry(`d${i}-${'x'.repeat(60)}`, { dead })),
    )
    await journal.close()
    for (const [args, left] of [
      [['dead', 'ls'], letters],
      [['dead', 'replay', '--tag', 'Refused', '--json'], 0],
    ] as const) {
      const terminal = terminalProcess(file, args)
      terminal.child.stdout!.once('data', () => terminal.child.stdout!.destroy())
      const { code, err } = await terminal.ended
      expect([args, code, err]).toEqual([args, 0, ''])
      const status = await terminalProcess(file, ['status', '--json']).ended
      expect(JSON.parse(status.out)).toMatchObject({ orphans: [{ dead: left }] })
    }
  })
})

describe('another user, who may read and not write', () => {
  it('sees what there is, with and without a service, and is told why nothing is done', async () => {
    const { directory, file } = await place()
    const service = await mended(file, 1)
    await chmod(directory, 0o755)
    const root = process.getuid?.() === 0
    // Who is not root cannot be another user, but can have no rights.
    const as = root ? { uid: 65_534 } : {}
    const readable = async (mode: number): Promise<void> => {
      const { readdirSync } = await import('node:fs')
      for (const name of readdirSync(dirname(file))) await chmod(`${directory}/${name}`, mode)
      if (!root) await chmod(directory, mode === 0o444 ? 0o555 : 0o755)
    }
    for (const runs of [true, false]) {
      await readable(root ? 0o644 : 0o444)
      const ls = await terminalProcess(file, ['dead', 'ls'], as).ended
      expect([ls.code, ls.err, ls.out.split('\n').length]).toEqual([0, '', 3])
      const status = await terminalProcess(file, ['status'], as).ended
      expect(status.out.split('\n')[0]).toContain(
        runs ? 'owned by a running service' : 'cannot be seen by this user',
      )
      for (const args of [
        ['dead', 'replay', '--flow', 'orders'],
        ['dead', 'discard', service.ids[0]!],
        ['pause', 'flow', 'orders'],
        ['erase', 'customer-0', '--yes'],
      ]) {
        const act = await terminalProcess(file, args, as).ended
        expect([act.code, act.out]).toEqual([1, ''])
        expect(act.err).toContain('cannot be opened for writing')
      }
      await readable(0o644)
      if (runs) await service.kill()
    }
    // The log that the killed one left behind is there for whoever may write, too.
    const done = await terminalProcess(file, ['dead', 'replay', '--flow', 'orders']).ended
    expect([done.code, done.out]).toEqual([0, '1 dead letter sent again.\n'])
  })
})

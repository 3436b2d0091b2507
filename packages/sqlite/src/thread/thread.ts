import { type MessagePort, parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads'
import { BusyWait } from '../busy-wait.js'
import type { Answer, Call } from '../call.js'
import { Engine } from '../engine/engine.js'
import { troubleOf } from '../engine/trouble.js'
import { stillBusyTrouble } from '../still-busy.js'
import type { Birth, Request, Response } from './messages.js'
import { packAnswer, unpackCall } from './wire.js'
import { xorshift } from './xorshift.js'

type Given = Exclude<Answer, { readonly busy: true }>

/** The engine's own thread: serves whatever has arrived as one group, and naps while others write. */
const serve = (port: MessagePort, birth: Birth): void => {
  const { settings, maxGroup } = birth
  const random = xorshift(birth.seed)
  const nap = new Int32Array(new SharedArrayBuffer(4))
  const say = (response: Response): void => port.postMessage(response)

  let engine: Engine
  try {
    engine = new Engine(settings, birth.start)
  } catch (error) {
    say({ refused: troubleOf(error, settings.file) })
    port.close()
    return
  }
  say({ opening: engine.opening })

  const apply = (calls: readonly Call[], now: number): readonly Given[] => {
    const answers: (Given | undefined)[] = calls.map(() => undefined)
    const busy = new BusyWait(random)
    let left = calls.map((_, at) => at)
    while (left.length > 0) {
      const given = engine.apply(
        left.map((at) => calls[at]!),
        now,
      )
      const again: number[] = []
      given.forEach((one, i) => {
        if ('busy' in one) again.push(left[i]!)
        else answers[left[i]!] = one
      })
      left = again
      if (left.length === 0) break
      const ms = busy.next()
      if (ms === undefined)
        for (const at of left.splice(0)) answers[at] = { no: stillBusyTrouble(settings.file, busy.waitedMs) }
      else Atomics.wait(nap, 0, 0, ms)
    }
    return answers as readonly Given[]
  }

  const close = (now: number): void => {
    let closed: ReturnType<typeof troubleOf> | undefined
    try {
      engine.close(now)
    } catch (error) {
      closed = troubleOf(error, settings.file)
    }
    say({ closed })
    port.close()
  }

  port.on('message', (first: Request) => {
    let group: Extract<Request, { readonly calls: unknown }>[] = []
    let size = 0
    const flush = (): void => {
      const last = group.at(-1)
      if (last === undefined) return
      const calls = group.flatMap((request) => request.calls.map(unpackCall))
      const answers = apply(calls, last.now).map((given, at) => packAnswer(calls[at]!, given))
      let from = 0
      for (const request of group) say({ answers: answers.slice(from, (from += request.calls.length)) })
      group = []
      size = 0
    }
    let next: Request | undefined = first
    while (next !== undefined) {
      if ('close' in next) {
        flush()
        close(next.now)
        return
      }
      group.push(next)
      size += next.calls.length
      if (size >= maxGroup) break
      next = receiveMessageOnPort(port)?.message as Request | undefined
    }
    flush()
  })
}

if (parentPort !== null) serve(parentPort, workerData as Birth)

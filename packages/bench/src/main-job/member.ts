import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { Order } from './orders.ts'

/** A process of this bench. */
export interface Member<Started, Answer> {
  /** What it said when it had started. */
  readonly started: Started
  ask(order: Order): Promise<Answer>
}

/** Starts one; it ends with this process, and cleans up after itself. This one fails when it ends before. */
export const startMember = async <Started, Answer = object>(
  file: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<Member<Started, Answer>> => {
  const child = fork(join(import.meta.dirname, file), { env: { ...process.env, ...environment } })
  let stopped = false
  child.on('exit', (code, signal) => {
    if (!stopped) throw new Error(`${file} ended unasked (${signal ?? `code ${String(code)}`})`)
  })
  const [started] = (await once(child, 'message')) as [Started]
  return {
    started,
    async ask(order) {
      stopped ||= order.as === 'stop'
      child.send(order)
      return ((await once(child, 'message')) as [Answer])[0]
    },
  }
}

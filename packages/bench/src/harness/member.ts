import { fork } from 'node:child_process'
import { once } from 'node:events'

/** What the processes of a bench are asked for. Each bench has its own; all know `stop`. */
export interface Order {
  readonly as: string
}

/** A process of a bench that does as it is told: a receiver, a service, a generator of load. */
export interface Member<Started, Answer, O extends Order = Order> {
  /** What it said when it had started. */
  readonly started: Started
  ask(order: O | { readonly as: 'stop' }): Promise<Answer>
}

/** Starts the script at a path; it ends with this process, and cleans up after itself. This one fails when it ends before. */
export const startMember = async <Started, Answer = object, O extends Order = Order>(
  path: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<Member<Started, Answer, O>> => {
  const child = fork(path, { env: { ...process.env, ...environment } })
  let stopped = false
  child.on('exit', (code, signal) => {
    if (!stopped) throw new Error(`${path} ended unasked (${signal ?? `code ${String(code)}`})`)
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

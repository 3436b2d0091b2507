import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'

interface Order {
  readonly as: string
}

/** A process of a run that does as it is told. All know `stop`. */
export interface Member<Started, Answer, O extends Order> {
  /** What it said when it had started. */
  readonly started: Started
  readonly pid: number
  ask(order: O | { readonly as: 'stop' }): Promise<Answer>
  /** Ends it, however it is. */
  kill(): Promise<void>
}

/** How a member is started. */
export interface MemberOptions {
  readonly environment?: Readonly<Record<string, string>>
  /** Options of Node. */
  readonly flags?: readonly string[]
  /** Told of what it says unasked. */
  readonly heard?: (pushed: unknown) => void
  /** Told when it ends without having been asked to. */
  readonly died: (why: Error) => void
}

/** Starts the script at a path as a member; it ends with this process. */
export const startMember = async <Started, Answer, O extends Order>(
  path: string,
  { environment = {}, flags = [], heard = () => {}, died }: MemberOptions,
): Promise<Member<Started, Answer, O>> => {
  const child = fork(path, {
    env: { ...process.env, ...environment },
    serialization: 'advanced',
    execArgv: [...flags],
  })
  const waiting = new Map<number, PromiseWithResolvers<unknown>>()
  let asked = 0
  let ending = false
  let ended: Error | undefined
  const exited = once(child, 'exit')
  const beginning = Promise.withResolvers<Started>()
  child.once('exit', (code, signal) => {
    ended = new Error(`${path} ended (${signal ?? `code ${String(code)}`})`)
    beginning.reject(ended)
    for (const { reject } of waiting.values()) reject(ended)
    if (!ending) died(ended)
  })
  child.on('message', (message: Said) => {
    if ('started' in message) beginning.resolve(message.started as Started)
    else if ('answer' in message) {
      waiting.get(message.to)?.resolve(message.answer)
      waiting.delete(message.to)
    } else heard(message)
  })
  return {
    started: await beginning.promise,
    pid: child.pid!,
    ask(order) {
      if (ended !== undefined) return Promise.reject(ended)
      ending ||= order.as === 'stop'
      const answer = Promise.withResolvers<unknown>()
      waiting.set(++asked, answer)
      child.send({ to: asked, order })
      return answer.promise as Promise<Answer>
    },
    kill: () => {
      ending = true
      return killed(child, exited)
    },
  }
}

const killed = async (child: ChildProcess, exited: Promise<unknown>): Promise<void> => {
  child.kill('SIGKILL')
  if (child.exitCode === null && child.signalCode === null) await exited
}

type Said =
  | { readonly started: unknown }
  | { readonly to: number; readonly answer: unknown }
  | { readonly as: string }

/** The side of the member: says that it has started, and answers each order with what `obey` gives. */
export const obeying = <O extends Order>(
  started: object,
  obey: (order: O | { readonly as: 'stop' }) => Promise<object | undefined> | object | undefined,
): void => {
  process.on('message', ({ to, order }: { to: number; order: O }) => {
    const answered = async (): Promise<void> => {
      const answer = await obey(order)
      process.send!({ to, answer }, () => order.as === 'stop' && process.exit(0))
    }
    answered().catch((error: unknown) => {
      console.error(error)
      process.exit(1)
    })
  })
  process.on('disconnect', () => process.exit(1))
  process.send!({ started })
}

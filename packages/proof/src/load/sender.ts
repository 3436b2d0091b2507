// A member: the CMS that sends webhooks, in a closed loop or in an open one.
import { Batches } from './batches.ts'
import { Connection } from './connection.ts'
import { obeying } from './member.ts'
import { monotonic } from './monotonic.ts'
import type { SenderOrder } from './orders.ts'
import { ENDED } from './pushed.ts'
import { webhooks } from './webhooks.ts'

/** A message that no connection was free for so long is given up: milliseconds. */
const PATIENCE_MS = 1000
/** A message that is not answered for so long counts as unanswered. */
const ANSWER_MS = 30_000
const PUMP_MS = 1

const sent = new Batches('sent')
const free: Connection[] = []
const all: Connection[] = []
let port = 0
let webhook: (message: number) => Buffer = () => Buffer.alloc(0)
let next = 0
let underWay = 0
let completed = 0

const connections = (n: number): void => {
  while (all.length < n) {
    const connection = new Connection(port)
    all.push(connection)
    free.push(connection)
  }
  // Fewer are wanted than there are: those that are free go.
  while (all.length > n && free.length > 0) {
    const connection = free.pop()!
    connection.close()
    all.splice(all.indexOf(connection), 1)
  }
}

const send = (message: number, due: number, ended: (status: number) => void): void => {
  const connection = free.pop()!
  underWay++
  const timer = setTimeout(() => connection.close(), ANSWER_MS)
  connection.send(webhook(message), (answer) => {
    clearTimeout(timer)
    underWay--
    free.push(connection)
    const status =
      answer === undefined
        ? ENDED.unanswered
        : answer.status === 503 && !answer.retryAfter
          ? ENDED.withoutRetryAfter
          : answer.status
    sent.add(message, due, monotonic(), status)
    ended(status)
  })
}

/** Calls `pump` again and again until `ms` are over, then waits for what is under way. */
const pumped = async (ms: number, pump: (now: number) => void): Promise<void> => {
  const until = monotonic() + ms
  await new Promise<void>((resolve) => {
    const again = (): void => {
      const now = monotonic()
      if (now >= until) return resolve()
      pump(now)
      setTimeout(again, PUMP_MS)
    }
    again()
  })
  while (underWay > 0) await new Promise((resolve) => setTimeout(resolve, PUMP_MS))
  sent.flush()
}

/** Keeps so many messages under way; one that was refused makes room at once. */
const closed = async (outstanding: number, ms: number): Promise<void> => {
  let open = 0
  completed = 0
  await pumped(ms, () => {
    open -= completed
    completed = 0
    while (open < outstanding && free.length > 0) {
      open++
      send(next++, monotonic(), (status) => (open -= status === 202 ? 0 : 1))
    }
  })
}

/** Sends each message when it is due, or as soon as a connection is free. */
const open = async (perSecond: number, ms: number): Promise<void> => {
  const start = monotonic()
  const waiting: { readonly message: number; readonly due: number }[] = []
  let given = 0
  let head = 0
  await pumped(ms, (now) => {
    for (; given < ((now - start) / 1000) * perSecond; given++)
      waiting.push({ message: next++, due: start + (given / perSecond) * 1000 })
    for (; head < waiting.length; head++) {
      const { message, due } = waiting[head]!
      if (now - due > PATIENCE_MS) sent.add(message, due, now, ENDED.unsent)
      else if (free.length > 0) send(message, due, () => {})
      else break
    }
    if (head > 10_000) waiting.splice(0, head)
    if (head > 10_000) head = 0
  })
  for (const { message, due } of waiting.slice(head)) sent.add(message, due, monotonic(), ENDED.unsent)
  sent.flush()
}

obeying<SenderOrder>({}, async (order) => {
  switch (order.as) {
    case 'aim':
      for (const connection of all.splice(0)) connection.close()
      free.length = 0
      port = Number(new URL(order.origin).port)
      webhook = webhooks(order.templates, order)
      return { first: next }
    case 'closed':
      connections(order.connections)
      await closed(order.outstanding, order.ms)
      return {}
    case 'open':
      connections(order.connections)
      await open(order.perSecond, order.ms)
      return {}
    case 'delivered':
      completed += order.messages
      return {}
    case 'stop':
      for (const connection of all) connection.close()
      return {}
  }
})

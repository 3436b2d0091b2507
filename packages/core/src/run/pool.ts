import type { May } from '../result/result.js'

/** What an iteration goes over. */
export type Items<I> = Iterable<I> | AsyncIterable<I>

/**
 * Runs `f` over items, so many at a time, taking an item only when there is room for it: memory stays flat. Ends early once
 * `f` gives false. What is under way then runs to its end. Synchronous functions are run in line, without a promise each.
 */
export const pool = async <I>(
  items: Items<I>,
  limit: number,
  f: (item: I, index: number) => May<boolean>,
): Promise<void> => {
  const running = new Set<Promise<void>>()
  let going = true
  let index = 0
  let trouble: { readonly thrown: unknown } | undefined
  const start = (item: I): void => {
    const r = f(item, index++)
    if (typeof r === 'boolean') {
      going = going && r
      return
    }
    const one: Promise<void> = r
      .then(
        (on) => void (going = going && on),
        (thrown: unknown) => {
          going = false
          trouble ??= { thrown }
        },
      )
      .then(() => void running.delete(one))
    running.add(one)
  }
  const room = async (): Promise<void> => {
    while (running.size >= limit) await Promise.race(running)
  }
  if (Symbol.asyncIterator in items)
    for await (const item of items) {
      start(item)
      if (running.size >= limit) await room()
      if (!going) break
    }
  else
    for (const item of items) {
      start(item)
      if (running.size >= limit) await room()
      if (!going) break
    }
  await Promise.all(running)
  if (trouble !== undefined) throw trouble.thrown
}

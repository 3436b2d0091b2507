import { EntryCodec } from './codec.ts'
import type { Side } from './side.ts'

/** io-ts's own `decode`. */
export const side: Side = (value) => {
  const verdict = EntryCodec.decode(value)
  if (verdict._tag === 'Right') return 1
  let read = 0
  for (const { context } of verdict.left) {
    const path: string[] = []
    for (let i = 1; i < context.length; i++) path.push(context[i]!.key)
    read += path.join('.').length + `expected ${context.at(-1)!.type.name}`.length
  }
  return read
}

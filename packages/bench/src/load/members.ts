import { join } from 'node:path'
import { startMember, type Member } from '../harness/member.ts'
import type { LoadOrder, LoadSeen } from './orders.ts'

/** Starts a process that answers every request with some JSON, and with such further header lines. */
export const answerer = (
  answer: object,
  headers: readonly string[] = [],
): Promise<Member<{ readonly url: string }, { readonly received: number }>> =>
  startMember(join(import.meta.dirname, 'answerer.ts'), {
    ANSWER: JSON.stringify(answer),
    HEADERS: JSON.stringify(headers),
  })

/** Starts a process that makes load. */
export const generator = (): Promise<Member<object, LoadSeen, LoadOrder>> =>
  startMember(join(import.meta.dirname, 'generator.ts'))

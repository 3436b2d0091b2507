import type { Receipt } from '../../cast/delivery.ts'
import type { Mail } from '../../cast/mail.ts'
import { rootOf, type Facts } from '../facts.ts'
import type { Violation } from '../violation.ts'

const RULE = 'a join holds each of its replies once'

type Reply = Partial<Receipt> & { readonly _tag?: string; readonly right?: Receipt; readonly left?: unknown }

/** What was joined holds the replies of its own branches, every one that its policy asks for, each once. */
export const joins = (facts: Facts): readonly Violation[] =>
  (['all', 'quorum', 'best', 'lines'] as const).flatMap((kind) =>
    facts.firsts(kind, 'joined').flatMap(({ delivery: { key, holds } }): Violation[] => {
      const root = rootOf(key)
      const mail = facts.told.get(facts.byRoot.get(root) ?? '')?.mail
      if (mail === undefined) return [{ rule: RULE, key, says: `${key} joins what nobody has sent` }]
      const wrong = wrongIn(mail, root, holds as Readonly<Record<string, Reply>> | readonly Reply[])
      return wrong === undefined ? [] : [{ rule: RULE, m: mail.m, key, says: `${key}: ${wrong}` }]
    }),
  )

const wrongIn = (
  mail: Mail,
  root: string,
  holds: Readonly<Record<string, Reply>> | readonly Reply[],
): string | undefined => {
  const replies = Object.entries(holds).map(
    ([name, reply]) => [name, reply._tag === 'Right' ? reply.right : reply] as const,
  )
  const came = replies.filter(([, reply]) => reply?.receipt !== undefined)
  const path = mail.kind === 'lines' ? 'lines/' : ''
  const strange = came.find(
    ([name, reply]) => reply?.receipt !== `${root}/${path}${name}` || reply.m !== mail.m,
  )
  if (strange !== undefined)
    return `"${strange[0]}" is the reply to something else: ${JSON.stringify(strange[1])}`
  const wanted = mail.kind === 'lines' ? (mail.items ?? 0) : 3
  const least = mail.kind === 'quorum' ? 2 : wanted - (mail.kind === 'best' ? mail.refuse.length : 0)
  if (came.length < least) return `${came.length} replies, at least ${least} belong in it`
  const failed = Object.values(holds).filter((reply) => reply._tag === 'Left').length
  return mail.kind === 'best' && came.length + failed !== wanted
    ? `${came.length} replies and ${failed} failures of ${wanted} branches`
    : undefined
}

import type { Context } from '@xconnector/core'
import type { Delivery } from '../cast/delivery.ts'
import type { Mail } from '../cast/mail.ts'

/** The delivery of one part of a message: the same for each attempt of its hop. */
export const dressed =
  (part: string) =>
  (mail: Mail, ctx: Context): Delivery => ({
    key: ctx.key,
    kind: mail.kind,
    part,
    m: mail.m,
    of: mail.of,
    n: mail.n,
    refuse: mail.refuse.includes(part),
    ...(mail.version !== undefined && { version: mail.version }),
  })

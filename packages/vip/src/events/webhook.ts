import * as t from 'io-ts'
import type { Json, Source } from '@xconnector/core'
import { standardWebhooks, type Ingress, type SecretText } from '@xconnector/http'
import type { VipProfile } from '../profile.js'
import { VipEvent, type VipEventType } from './event.js'

/** Options of a source of VIP's events. */
export interface VipWebhookOptions<T extends string> {
  /** Below the ingress's base path. */
  readonly path: string
  /** What VIP signs with, by Standard Webhooks: `whsec_` and base64. Several while one is being rotated out. */
  readonly secret: SecretText | readonly SecretText[]
  /** The events that are wanted; others are answered with 204 and not stored. Left out: all. */
  readonly on?: T | readonly T[]
  /** The source's name. Default: the whole path. */
  readonly name?: string
}

/** A source of VIP's events. A repeat is known by the event's id. */
export const webhookOf = <T extends string = VipEventType | (string & {})>(
  profile: VipProfile,
  hooks: Ingress,
  { path, secret, on, name }: VipWebhookOptions<T>,
): Source<VipEvent<T>> => {
  const wanted = on === undefined ? undefined : new Set<string>(typeof on === 'string' ? [on] : on)
  const own = (type: string): string => ownType(profile.eventPrefix, type)
  return hooks.webhook({
    path,
    body: codecOf(own, profile.eventPrefix) as unknown as t.Type<VipEvent<T>, unknown, unknown>,
    verify: standardWebhooks(isList(secret) ? { secrets: secret } : { secret }),
    ...(wanted !== undefined && { only: (raw: Json) => wanted.has(own(typeOf(raw))) }),
    ...(name !== undefined && { name }),
  })
}

const PREFIX = 'vip.'

/** A type as the contract names it. */
const ownType = (prefix: string, type: string): string =>
  type.startsWith(prefix) ? PREFIX + type.slice(prefix.length) : type

const codecOf = (own: (type: string) => string, prefix: string): t.Type<VipEvent, unknown, unknown> =>
  prefix === PREFIX
    ? VipEvent
    : new t.Type<VipEvent, unknown, unknown>(
        'VipEvent',
        VipEvent.is,
        (u, context) => {
          const decoded = VipEvent.validate(u, context)
          return decoded._tag === 'Left'
            ? decoded
            : t.success({ ...decoded.right, type: own(decoded.right.type) })
        },
        (event) => event,
      )

const typeOf = (raw: Json): string => {
  const { type } = raw as { readonly type?: unknown }
  // Without one it is wanted, and its decoder says what is wrong with it.
  if (typeof type !== 'string') throw new TypeError('an event without a type')
  return type
}

const isList = (secret: SecretText | readonly SecretText[]): secret is readonly SecretText[] =>
  Array.isArray(secret)

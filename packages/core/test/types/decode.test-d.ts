import * as t from 'io-ts'
import { z } from 'zod'
import { config, type Config } from '../../src/config/config.js'
import { flag, integer, optional, secret, text } from '../../src/config/readers.js'
import { readSetting, type Setting } from '../../src/config/setting.js'
import { decodeWith } from '../../src/decode/decode-with.js'
import { decoded } from '../../src/decode/decoded.js'
import type { Decoded, Decoder } from '../../src/decode/decoder.js'
import type { DecodeFailed } from '../../src/failure/decode-failed.js'
import type { Secret } from '../../src/failure/secret.js'
import type { May, Result } from '../../src/result/result.js'

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
const holds = <T extends true>(): T | undefined => undefined

interface User {
  id: string
  n: number
}
const io = t.type({ id: t.string, n: t.number })
const zod = z.object({ id: z.string(), n: z.number() })
const length = z.string().transform((s) => s.length)
const At = new t.Type<Date, string, unknown>(
  'At',
  (u): u is Date => u instanceof Date,
  (u, c) => t.failure(u, c),
  String,
)

// What each decoder gives.
holds<Equal<Decoded<typeof io>, { id: string; n: number }>>()
holds<Equal<Decoded<typeof zod>, { id: string; n: number }>>()
holds<Equal<Decoded<typeof length>, number>>()
holds<Equal<Decoded<typeof At>, Date>>()

// decodeWith keeps it.
const decodeLength = decodeWith(length)
holds<Equal<typeof decodeLength, (value: unknown) => May<Result<DecodeFailed, number>>>>()
const decodeUser = decodeWith(io)
holds<Equal<ReturnType<typeof decodeUser>, May<Result<DecodeFailed, { id: string; n: number }>>>>()

// A port of one type takes both kinds, and no other type.
export const ports: readonly Decoder<User>[] = [io, zod]
// @ts-expect-error: it decodes something else
export const wrongZod: Decoder<User> = z.object({ id: z.number(), n: z.number() })
// @ts-expect-error: it decodes something else
export const wrongIo: Decoder<User> = t.type({ id: t.string })

// What is no decoder.
// @ts-expect-error: a plain function
decodeWith((value: unknown) => value)
// @ts-expect-error: an object
decodeWith({ parse: () => 1 })

// Settings have the type of their reader.
const env = config({
  NAME: text,
  TOKEN: secret,
  RETRIES: optional(integer, 3),
  DEBUG: optional(flag),
  REGION: decoded(t.keyof({ eu: null, us: null })),
  SIZE: decoded(z.coerce.number()),
})
holds<Equal<typeof env.NAME, Setting<string>>>()
holds<Equal<typeof env.TOKEN, Setting<Secret>>>()
holds<Equal<typeof env.RETRIES, Setting<number>>>()
holds<Equal<typeof env.DEBUG, Setting<boolean | undefined>>>()
holds<Equal<typeof env.REGION, Setting<'eu' | 'us'>>>()
holds<Equal<typeof env.SIZE, Setting<number>>>()
holds<Equal<Config<{ NAME: typeof text }>['NAME'], Setting<string>>>()
// @ts-expect-error: no such variable
void env.OTHER
// @ts-expect-error: a reader is expected
config({ NAME: 'text' })

declare const baseUrl: string | Setting<string>
const read: string = readSetting(baseUrl)
void read

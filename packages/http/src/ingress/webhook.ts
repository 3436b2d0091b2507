import { checkChoice, checkFunction } from '../config/check-option.js'
import {
  checkKnown,
  decodeWith,
  type AnyDecoder,
  type Decoded,
  type Decoder,
  type Source,
} from '@xconnector/core'
import { streamTakers } from '../files/stream-taker.js'
import type { Verifier } from '../verify/verifier.js'
import { checkedFormat, isStreamFormat, type Format, type StreamFormat } from './format.js'
import { jsonFormat } from './formats/json-format.js'
import { keptNames } from './kept-headers.js'
import type { WebhookOptions } from './options.js'
import { openFor } from './receive.js'
import { Opening, type Route } from './route.js'
import type { Routes } from './routes.js'

/** A source whose messages come by HTTP. Its place answers 503 until a runtime starts it. */
export const webhookOf = <D extends AnyDecoder>(
  routes: Routes,
  basePath: string,
  options: WebhookOptions<D> & { readonly kind?: string },
): Source<Decoded<D>> => {
  const path = basePath + checkedPath(options.path)
  if (typeof options.verify?.verify !== 'function')
    throw new TypeError(
      `webhook ${path} verify: expected a verifier; unsigned({ because }) accepts unsigned requests`,
    )
  checkKnown(`webhook ${path}`, options, KNOWN)
  const { type, dedupe } = options
  const decode = decodeBody(options.body as Decoder<Decoded<D>>, path)
  if (
    options.method !== undefined &&
    (typeof options.method !== 'string' || !/^[A-Za-z]+$/.test(options.method))
  )
    throw new TypeError(
      `webhook ${path} method: expected an HTTP method, got ${JSON.stringify(options.method)}`,
    )
  if (typeof type !== 'function' && (typeof type !== 'string' || type === ''))
    checkMember(`webhook ${path} type`, type)
  if (dedupe !== 'id' && dedupe !== 'none') checkMember(`webhook ${path} dedupe`, dedupe)
  if (options.undecodable !== undefined)
    checkChoice(`webhook ${path} undecodable`, options.undecodable, ['dead-letter', 'refuse'])
  checkFunction(`webhook ${path} only`, options.only)
  const format: Format | StreamFormat = checkedFormat(options.format ?? jsonFormat(), path)
  const source = options.name ?? path
  const route: Route = {
    method: (options.method ?? 'POST').toUpperCase(),
    path,
    source,
    type: typeof type === 'object' && 'header' in type ? { header: type.header.toLowerCase() } : type,
    dedupe:
      typeof dedupe === 'object' && 'header' in dedupe
        ? { header: dedupe.header.toLowerCase() }
        : (dedupe ?? 'id'),
    undecodable: options.undecodable ?? 'dead-letter',
    kept: keptNames(path, options.headers ?? []),
    only: options.only,
    format,
    decode,
  }
  let opened: Opening | undefined
  const streams = isStreamFormat(format) ? format : undefined
  if (streams !== undefined) checkedBegin(options.verify, path)
  const takers = streams && streamTakers(streams)
  const kind = options.kind ?? 'webhook'
  routes.declare({ ...route, kind, open: (head) => (takers ? takers(opened, head) : openFor(opened)) })
  if ('options' in format && format.options !== undefined)
    routes.declare({ method: 'OPTIONS', path, kind: 'webhook', open: (head) => format.options!(head) })
  return {
    name: source,
    single: false,
    ...(options.verify.settings && { settings: options.verify.settings }),
    decode: (raw) => decode(raw),
    shape: { decoder: options.body },
    start(intake) {
      if (opened !== undefined)
        throw new TypeError(`webhook ${path} is started already, by this or another runtime`)
      const verifier = options.verify.start?.(intake.config) ?? options.verify
      if (streams !== undefined) checkedBegin(verifier, path)
      const opening = new Opening(route, intake, verifier)
      opened = opening
      const end = streams?.start?.(intake)
      return {
        stop() {
          opening.open = false
          end?.()
          if (opened === opening) opened = undefined
          if (opening.accepting === 0) return
          return new Promise((resolve) => {
            opening.drained = resolve
          })
        },
      }
    },
  }
}

const KNOWN: Readonly<Record<keyof WebhookOptions<never> | 'kind', 0 | 1>> = {
  kind: 0,
  path: 1,
  method: 1,
  body: 1,
  verify: 1,
  name: 1,
  type: 1,
  dedupe: 1,
  format: 1,
  only: 1,
  undecodable: 1,
  headers: 1,
}

const decodeBody = <D extends AnyDecoder>(body: D, path: string): ReturnType<typeof decodeWith<D>> => {
  try {
    return decodeWith(body)
  } catch (thrown) {
    throw new TypeError(`webhook ${path} body: ${(thrown as Error).message}`, { cause: thrown })
  }
}

// What is read from a header or from a field.
const checkMember = (option: string, given: unknown): void => {
  if (given === undefined) return
  const of = (given ?? {}) as { readonly header?: unknown; readonly field?: unknown }
  if (typeof of.header === 'string' || typeof of.field === 'string') return
  throw new TypeError(`${option}: expected { header } or { field }, got ${JSON.stringify(given)}`)
}

const checkedBegin = (verifier: Verifier, path: string): void => {
  if (verifier.begin === undefined)
    throw new TypeError(
      `webhook ${path} verify: expected a verifier that can look at a body as it goes by; ${verifier.name} needs it as a whole`,
    )
}

const checkedPath = (path: string): string => {
  if (typeof path !== 'string' || !/^\/[^\s?#]*$/.test(path))
    throw new TypeError(
      `webhook path: expected a path that begins with "/" and has no query, got ${JSON.stringify(path)}`,
    )
  return path
}

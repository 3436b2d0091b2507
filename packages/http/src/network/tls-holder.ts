import { isSetting, millis, type Clock, type StepLog, type May, type Setting } from '@xconnector/core'
import type { NetworkFaultCode } from './network-fault.js'
import type { NetworkCall } from './network.js'
import type { TlsOptions, TlsSource } from './network-options.js'
import { checkTls, isFile, materialIn } from './tls-check.js'
import { knownMaterial, PLAIN_TLS, readMaterial, type TlsMaterial } from './tls-material.js'

/** Settings of TLS that were read, with a number that rises when they have become others. */
export interface HeldTls {
  readonly generation: number
  readonly material: TlsMaterial
}

/** Holds the TLS settings of a client, and looks at what they come from again. */
export interface TlsHolder {
  readonly settings: readonly Setting<unknown>[]
  /** What new connections are made with; `undefined` until it has been read. */
  readonly held: HeldTls | undefined
  /** Reads for the first time, or looks again where it is due: behind the call's back, by what there was. */
  prepare(call: Omit<NetworkCall, 'signal'>): May<NetworkFaultCode | undefined>
}

const DEFAULT_RELOAD = '1m'

/**
 * A holder by options. `changed` is told when other settings have come.
 *
 * @throws TypeError naming the option; at once where all of it is known, else the first call fails with `TLS_SETTINGS`.
 */
export const tlsHolder = (source: TlsSource | undefined, at: string, changed: () => void): TlsHolder => {
  if (source === undefined) return fixed({ generation: 0, material: PLAIN_TLS })
  if (typeof source === 'function') return new Reloading(source, at, changed, [])
  checkTls(source, at)
  const material = materialIn(source)
  const settings = material.map((m) => (isFile(m) ? m.file : m)).filter((m) => isSetting(m))
  if (settings.length > 0 || material.some((m) => isFile(m)))
    return new Reloading(() => source, at, changed, settings, !material.some((m) => isFile(m)))
  try {
    return fixed({ generation: 0, material: knownMaterial(source) })
  } catch (cause) {
    throw new TypeError(
      `${at} tls: expected certificates and the key that belongs to them, in PEM or PKCS#12, with its passphrase${codeIn(cause)}`,
    )
  }
}

const fixed = (held: HeldTls): TlsHolder => ({ settings: [], held, prepare: () => undefined })

class Reloading implements TlsHolder {
  readonly settings: readonly Setting<unknown>[]
  readonly #source: () => May<TlsOptions>
  readonly #at: string
  readonly #changed: () => void
  readonly #once: boolean
  #held: HeldTls | undefined
  #config: Readonly<Record<string, string>> | undefined
  #lookAt = 0
  #looking: Promise<NetworkFaultCode | undefined> | undefined

  constructor(
    source: () => May<TlsOptions>,
    at: string,
    changed: () => void,
    settings: readonly Setting<unknown>[],
    once = false,
  ) {
    this.#source = source
    this.#at = at
    this.#changed = changed
    this.settings = settings
    this.#once = once
  }

  get held(): HeldTls | undefined {
    return this.#held
  }

  prepare({ clock, config, log }: Omit<NetworkCall, 'signal'>): May<NetworkFaultCode | undefined> {
    // One runtime has one configuration.
    if (this.#held === undefined || this.#config !== config) {
      if (
        this.#held !== undefined &&
        (this.settings.length === 0 || !differs(this.settings, this.#config, config))
      )
        this.#config = config
      else return this.#look(clock, config, log)
    }
    if (!this.#once && clock.now() >= this.#lookAt) void this.#look(clock, config, log)
    return undefined
  }

  #look(
    clock: Clock,
    config: Readonly<Record<string, string>>,
    log: StepLog,
  ): Promise<NetworkFaultCode | undefined> {
    return (this.#looking ??= this.#read(clock, config, log).finally(() => (this.#looking = undefined)))
  }

  async #read(
    clock: Clock,
    config: Readonly<Record<string, string>>,
    log: StepLog,
  ): Promise<NetworkFaultCode | undefined> {
    // Until it is known how often: not at once again.
    this.#lookAt = clock.now() + millis(DEFAULT_RELOAD, this.#at)
    try {
      const options = await this.#source()
      checkTls(options, this.#at)
      const material = await readMaterial(options, config)
      this.#config = config
      this.#lookAt = clock.now() + millis(options.reload ?? DEFAULT_RELOAD, `${this.#at} tls.reload`)
      const before = this.#held
      if (before?.material.identity === material.identity) return undefined
      this.#held = { generation: (before?.generation ?? 0) + 1, material }
      if (before !== undefined) this.#changed()
      return undefined
    } catch (cause) {
      // The first part of a pair of files may have been replaced, and the second not yet.
      log.warn(
        this.#held === undefined
          ? 'tls: the certificates could not be read'
          : 'tls: the certificates could not be read again: those that were read before stay',
        { client: this.#at, problem: problemIn(cause) },
      )
      return this.#held === undefined || this.#config !== config ? 'TLS_SETTINGS' : undefined
    }
  }
}

const differs = (
  settings: readonly Setting<unknown>[],
  before: Readonly<Record<string, string>> | undefined,
  now: Readonly<Record<string, string>>,
): boolean => settings.some(({ variable }) => before?.[variable] !== now[variable])

const codeIn = (cause: unknown): string => {
  const code = (cause as { readonly code?: unknown } | undefined)?.code
  return typeof code === 'string' && /^[A-Z][A-Z0-9_]{2,60}$/.test(code) ? ` (${code})` : ''
}

// A message of ours, or a path and a code: nothing of what was read.
const problemIn = (cause: unknown): string => {
  if (cause instanceof TypeError && cause.message.includes(' tls')) return cause.message
  const { path, syscall } = (cause ?? {}) as { readonly path?: unknown; readonly syscall?: unknown }
  const place =
    typeof path === 'string' && typeof syscall === 'string' ? `${syscall} ${path}` : 'the material'
  return `${place}${codeIn(cause)}`
}

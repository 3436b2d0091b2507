import { problem } from '../ingress/problem.js'
import type { Reply } from '../ingress/reply.js'

/** Thrown where fields make no sense: is the answer. */
export class FieldsWrong {
  readonly reply: Reply
  constructor(errors: Readonly<Record<string, string>>) {
    const detail = Object.entries(errors)
      .map(([name, expected]) => `${name}: ${expected}`)
      .join('; ')
    this.reply = problem(400, { detail, with: { errors } })
  }
}

type Read<T> = (value: unknown) => { readonly ok: T } | { readonly expected: string }

const text: Read<string> = (v) =>
  typeof v === 'string' && v !== '' ? { ok: v } : { expected: 'expected a text that is not empty' }

/**
 * The members of a body, or the parameters of a query. Reading notes what is wrong; `end` tells all of it at once, and every
 * member that nobody has read: a misspelt filter must not be one that is left out.
 */
export class Fields {
  readonly #values: Readonly<Record<string, unknown>>
  readonly #read = new Set<string>()
  // Without a prototype: a member may be called as one of an object's own.
  readonly #wrong: Record<string, string> = Object.create(null) as Record<string, string>

  constructor(values: Readonly<Record<string, unknown>>) {
    this.#values = values
  }

  text(name: string): string | undefined {
    return this.#of(name, text)
  }
  texts(name: string, most: number): readonly string[] | undefined {
    return this.#of(name, (v) =>
      Array.isArray(v) && v.length > 0 && v.length <= most && v.every((t) => 'ok' in text(t))
        ? { ok: v as readonly string[] }
        : { expected: `expected a list of 1 to ${most} texts` },
    )
  }
  whole(name: string, from: number, to: number): number | undefined {
    return this.#of(name, (v) => {
      const n = typeof v === 'string' && /^\d{1,16}$/.test(v) ? Number(v) : v
      return Number.isSafeInteger(n) && (n as number) >= from && (n as number) <= to
        ? { ok: n as number }
        : { expected: `expected a whole number from ${from} to ${to}` }
    })
  }
  flag(name: string): boolean {
    return (
      this.#of(name, (v) => (typeof v === 'boolean' ? { ok: v } : { expected: 'expected true or false' })) ??
      false
    )
  }
  oneOf<T extends string>(name: string, of: readonly T[]): T | undefined {
    return this.#of(name, (v) =>
      of.includes(v as T) ? { ok: v as T } : { expected: `expected one of ${of.join(', ')}` },
    )
  }
  /** The members of an object that is a member. */
  object(name: string): Fields | undefined {
    return this.#of(name, (v) =>
      typeof v === 'object' && v !== null && !Array.isArray(v)
        ? { ok: new Fields(v as Readonly<Record<string, unknown>>) }
        : { expected: 'expected an object' },
    )
  }
  /** Notes something that is wrong with a member. */
  wrong(name: string, expected: string): void {
    this.#wrong[name] ??= expected
  }
  /** @throws FieldsWrong when anything is wrong. */
  end(...inner: readonly (readonly [name: string, fields: Fields | undefined])[]): void {
    for (const name of Object.keys(this.#values)) if (!this.#read.has(name)) this.wrong(name, 'is not known')
    for (const [name, fields] of inner)
      for (const [key, expected] of Object.entries(fields?.problems() ?? {}))
        this.wrong(`${name}.${key}`, expected)
    if (Object.keys(this.#wrong).length > 0) throw new FieldsWrong(this.#wrong)
  }
  /** What is wrong with what was read, and what nobody has read. */
  problems(): Readonly<Record<string, string>> {
    for (const name of Object.keys(this.#values)) if (!this.#read.has(name)) this.wrong(name, 'is not known')
    return this.#wrong
  }

  #of<T>(name: string, read: Read<T>): T | undefined {
    this.#read.add(name)
    const value = Object.hasOwn(this.#values, name) ? this.#values[name] : undefined
    if (value === undefined) return undefined
    const got = read(value)
    if ('ok' in got) return got.ok
    this.wrong(name, got.expected)
    return undefined
  }
}

/** The parameters of a query. One that came twice is wrong. */
export const queryFields = (query: string): Fields => {
  const values: Record<string, unknown> = {}
  for (const [name, value] of new URLSearchParams(query))
    Object.defineProperty(values, name, {
      value: Object.hasOwn(values, name) ? null : value,
      enumerable: true,
      configurable: true,
    })
  return new Fields(values)
}

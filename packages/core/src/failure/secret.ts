const inspect = Symbol.for('nodejs.util.inspect.custom')

/**
 * A value that prints as a mask everywhere: in logs, JSON, string templates, `util.inspect` and errors.
 * Only `reveal()` gives it, at the place where it is sent.
 */
export class Secret {
  readonly #value: string
  /** What the mask says, usually the variable it came from. */
  readonly label: string

  /** @throws TypeError when the value is no text. */
  constructor(value: string, label = 'secret') {
    // An environment variable that is not set would be sent as "undefined".
    if (typeof value !== 'string') throw new TypeError(`Secret: value: expected a text, got ${typeof value}`)
    this.#value = value
    this.label = label
  }

  /** The value itself. */
  reveal(): string {
    return this.#value
  }

  /** Whether a text is this secret; takes the same time wherever they differ. */
  equals(other: string): boolean {
    const a = new TextEncoder().encode(this.#value)
    const b = new TextEncoder().encode(other)
    let wrong = a.length ^ b.length
    for (let i = 0; i < b.length; i++) wrong |= (a[i % (a.length || 1)] ?? 0) ^ b[i]!
    return wrong === 0
  }

  toString(): string {
    return `[${this.label}]`
  }

  toJSON(): string {
    return this.toString()
  }

  static {
    Object.defineProperty(this.prototype, inspect, { value: this.prototype.toString })
  }
}

import { StepFailed } from '@xconnector/core'

/** What a template of a text to be signed may name. */
export interface SigningParts {
  /** In upper case. */
  readonly method: string
  /** As it is on the wire, percent-encoded. */
  readonly path: string
  /** Without its question mark; empty where there is none. */
  readonly query: string
  /** With its port where that is not the scheme's own. */
  readonly host: string
  readonly timestamp: string
  readonly nonce: string
  readonly keyId: string
  /** By lower-case name; empty where it is not sent. */
  header(name: string): string
  /** The body, byte for byte; empty where there is none. */
  body(): Uint8Array
  /** The hash of the body, written like the signature. */
  bodyHash(): string
}

const PLAIN = ['method', 'path', 'query', 'host', 'timestamp', 'nonce', 'keyId'] as const
type Plain = (typeof PLAIN)[number]
type Piece = (parts: SigningParts) => string | Uint8Array

/**
 * Makes of a template such as `'{timestamp}.{body}'` what gives the pieces to be signed. Names: `{method}`, `{path}`,
 * `{query}`, `{target}` (path and query), `{host}`, `{timestamp}`, `{nonce}`, `{keyId}`, `{body}`, `{bodyHash}` and
 * `{header:name}`. What is put in is not looked at again.
 *
 * @throws TypeError for a name that is not known.
 */
export const signingTemplate = (
  template: string,
  option: string,
): ((parts: SigningParts) => readonly (string | Uint8Array)[]) => {
  const pieces: Piece[] = []
  let from = 0
  for (const match of template.matchAll(/\{([^{}]*)\}/g)) {
    const text = template.slice(from, match.index)
    if (text !== '') pieces.push(() => text)
    pieces.push(pieceOf(match[1]!, option))
    from = match.index + match[0].length
  }
  const rest = template.slice(from)
  if (rest !== '') pieces.push(() => rest)
  return (parts) => pieces.map((piece) => piece(parts))
}

const pieceOf = (name: string, option: string): Piece => {
  if ((PLAIN as readonly string[]).includes(name)) return (parts) => parts[name as Plain]
  if (name === 'target') return ({ path, query }) => (query === '' ? path : `${path}?${query}`)
  if (name === 'body') return (parts) => parts.body()
  if (name === 'bodyHash') return (parts) => parts.bodyHash()
  const [, header] = /^header:([!#$%&'*+.^_`|~0-9A-Za-z-]+)$/.exec(name) ?? []
  if (header !== undefined) return (parts) => parts.header(header.toLowerCase())
  throw new TypeError(
    `${option}: expected {method}, {path}, {query}, {target}, {host}, {timestamp}, {nonce}, {keyId}, {body}, {bodyHash} or {header:name}, got {${name}}`,
  )
}

/** A body that is a stream cannot be hashed before it is sent: the failure of a call that wants it signed. */
export const unsignableStream = (): StepFailed =>
  new StepFailed(
    'hmac',
    new TypeError(
      'hmac: the body is a stream, which cannot be signed; say `streams: { bodyHash }` to sign without it',
    ),
  )

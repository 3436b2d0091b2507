import type { Definition } from '../flow/op.js'

/** What a flow is made of. @throws TypeError naming `what`, when it was not made by `flow(name)`. */
export const definitionOf = (what: string, flow: unknown): Definition => {
  const d = (flow as { readonly definition?: Definition } | null | undefined)?.definition
  if (d?.ops !== undefined) return d
  throw new TypeError(
    `${what}: flow: expected a flow, made by flow(name), got ${flow === null ? 'null' : typeof flow}`,
  )
}

import type { Violation } from '../contract/violation.js'
import type { Refusal } from '../platform/refusal.js'

/** How a request that departs from the contract is answered. */
export const refuseViolations = (violations: readonly Violation[]): Refusal | undefined => {
  const first = violations[0]
  if (first === undefined) return undefined
  const errors = violations.map(({ where, name, detail }) => ({
    ...(where === 'body' && { pointer: `#${name ?? ''}` }),
    detail: where === 'body' ? detail : `${where} ${name ?? ''} ${detail}`.replace('  ', ' '),
  }))
  const [status, code] = statusOf(first)
  return { status, code, detail: errors[0]!.detail, errors }
}

const statusOf = ({ where, name, detail }: Violation): readonly [number, string] => {
  if (where === 'path') return [404, 'not_found']
  if (where === 'method') return [405, 'invalid_request']
  if (where === 'media-type') return [415, 'unsupported_media_type']
  if (name === 'If-Match' && detail === 'is missing') return [428, 'precondition_required']
  if (name === 'Tus-Resumable' && detail !== 'is missing') return [412, 'precondition_failed']
  return [400, 'invalid_request']
}

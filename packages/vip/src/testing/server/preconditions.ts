import { refusal, type Refusal } from '../platform/refusal.js'

/** Whether `If-Match` holds for a tag: RFC 9110, 13.1.1, strong comparison. */
export const ifMatch = (headers: Headers, tag: string): Refusal | undefined => {
  const given = headers.get('if-match')
  if (given === null)
    return refusal(428, 'precondition_required', 'send If-Match with the ETag that was read')
  return given === '*' || given === tag
    ? undefined
    : refusal(412, 'precondition_failed', `the ETag is ${tag}, If-Match was ${given}`)
}

/** Whether `If-None-Match` names a tag: then a read is answered 304. RFC 9110, 13.1.2, weak comparison. */
export const isKnown = (headers: Headers, tag: string): boolean => {
  const given = headers.get('if-none-match')
  if (given === null) return false
  const tags = given.split(',').map((each) => each.trim().replace(/^W\//, ''))
  return tags.includes('*') || tags.includes(tag)
}

import { dateIn } from './http-date.js'
import type { RequestFields } from './vary.js'
import { valueOf, type HeaderList } from '../wire/header-list.js'

/** Whether a conditional request is answered with 304 by a stored answer (RFC 9110, 13.2.2; RFC 9111, 4.3.2). */
export const notModified = (request: RequestFields, stored: HeaderList, now: number): boolean => {
  const none = request['if-none-match']
  if (none !== undefined) {
    if (none.trim() === '*') return true
    const etag = valueOf(stored, 'etag')
    return etag !== undefined && [...none.matchAll(TAG)].some(([tag]) => weak(tag) === weak(etag))
  }
  const since = dateIn(request['if-modified-since'], now)
  const modified = dateIn(valueOf(stored, 'last-modified') ?? valueOf(stored, 'date'), now)
  return since !== undefined && modified !== undefined && modified <= since
}

/** Whether a range may be taken of a stored answer: `If-Range` names it, strongly, or is not there (RFC 9110, 13.1.5). */
export const rangeHolds = (request: RequestFields, stored: HeaderList): boolean => {
  const condition = request['if-range']?.trim()
  if (condition === undefined) return true
  if (condition.startsWith('"')) return condition === valueOf(stored, 'etag')
  return condition === valueOf(stored, 'last-modified')
}

const TAG = /(?:W\/)?"[^"]*"/g

const weak = (tag: string): string => tag.trim().replace(/^W\//, '')

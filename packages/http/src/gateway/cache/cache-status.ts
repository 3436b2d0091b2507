/** What a cache did with a request (RFC 9211). */
export interface CacheStatus {
  readonly hit?: true
  readonly fwd?: 'bypass' | 'method' | 'uri-miss' | 'vary-miss' | 'miss' | 'request' | 'stale' | 'partial'
  readonly fwdStatus?: number
  /** Seconds; negative for a stale answer. */
  readonly ttl?: number
  readonly stored?: boolean
  readonly collapsed?: true
  readonly detail?: string
}

/** A status as a member of `Cache-Status`. `cache`, `detail`: tokens. */
export const cacheStatus = (cache: string, status: CacheStatus): string => {
  let text = cache
  if (status.hit === true) text += '; hit'
  if (status.fwd !== undefined) text += `; fwd=${status.fwd}`
  if (status.fwdStatus !== undefined) text += `; fwd-status=${status.fwdStatus}`
  if (status.ttl !== undefined) text += `; ttl=${Math.floor(status.ttl)}`
  if (status.stored === true) text += '; stored'
  if (status.collapsed === true) text += '; collapsed'
  if (status.detail !== undefined) text += `; detail=${status.detail}`
  return text
}

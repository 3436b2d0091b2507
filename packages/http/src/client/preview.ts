import type { Json } from '@xconnector/core'
import { CREDENTIAL_NAME, MASK, redact } from '../outcome/redact.js'
import type { Made } from './request-maker.js'

/** What would be sent, without secrets: for a dry run. */
export const previewOf = (
  method: string,
  made: Made,
  credentials: readonly string[],
  parameters: readonly string[] = [],
): Json => {
  const { values, secrets } = made.headers
  const headers: Record<string, string> = {}
  for (const [name, value] of Object.entries(values))
    headers[name] = secrets.includes(value) || CREDENTIAL_NAME.test(name) ? MASK : value
  for (const name of credentials) headers[name] = MASK
  const shown = made.show()
  return {
    method,
    url: withParameters(withoutCredentials(redact(made.baseUrl + made.url, secrets)), parameters),
    headers,
    ...(made.open !== undefined && { body: { stream: true } }),
    ...(shown !== undefined && { body: shown }),
  }
}

const withParameters = (url: string, names: readonly string[]): string =>
  names.reduce((u, name) => `${u}${u.includes('?') ? '&' : '?'}${encodeURIComponent(name)}=${MASK}`, url)

const withoutCredentials = (url: string): string =>
  url.replace(/([?&])([^=&]+)=([^&]*)/g, (whole, mark: string, name: string) =>
    CREDENTIAL_NAME.test(decodeURIComponent(name)) ? `${mark}${name}=${MASK}` : whole,
  )

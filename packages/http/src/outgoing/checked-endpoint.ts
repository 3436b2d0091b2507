import { reveal } from '../config/secret-text.js'
import { webhookSigner } from '../verify/webhook-signing-key.js'
import type { WebhookEndpoint } from './endpoint.js'

/**
 * An endpoint whose id, URL and secrets can be used.
 *
 * @throws TypeError that names the endpoint and what was expected; never a secret, nor the URL, which may hold one.
 */
export const checkedEndpoint = (endpoint: WebhookEndpoint): WebhookEndpoint => {
  const { id, url, secrets } = endpoint
  if (typeof id !== 'string' || id.trim() === '' || id.length > 256)
    throw new TypeError('endpoint id: expected a text of 1 to 256 characters')
  const at = `endpoint ${JSON.stringify(id)}`
  urlOf(url, at)
  if (!Array.isArray(secrets) || secrets.length === 0)
    throw new TypeError(`${at} secrets: expected at least one, to sign with`)
  for (const { secret } of secrets) webhookSigner(reveal(secret, {}, `${at} secret`), `${at} secret`)
  return endpoint
}

/**
 * The URL of an endpoint in parts.
 *
 * @throws TypeError for what is no URL of `http` or `https`, or has credentials or a fragment.
 */
export const urlOf = (url: string, at: string): URL => {
  const parsed = URL.canParse(url) ? new URL(url) : undefined
  if (parsed === undefined || (parsed.protocol !== 'https:' && parsed.protocol !== 'http:'))
    throw new TypeError(`${at} url: expected an https URL`)
  if (parsed.username !== '' || parsed.password !== '' || parsed.hash !== '')
    throw new TypeError(`${at} url: expected no credentials and no fragment`)
  return parsed
}

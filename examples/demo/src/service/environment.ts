import { config, secret, text, url } from '@xconnector/core'

/** What the service is told by its environment. Read when it starts, all at once: who only describes its flows needs none. */
export const env = config({
  CMS_URL: url,
  CMS_API_KEY: text,
  TRACKING_URL: url,
  VIP_URL: url,
  VIP_TOKEN: secret,
  VIP_HOOK_SECRET: secret,
  SITE_URL: url,
  PORTAL_URL: url,
})

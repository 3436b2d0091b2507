import { signStandardWebhook } from '../../src/index.js'

export const SECRET: string = `whsec_${Buffer.from('a secret of 24 bytes or more').toString('base64')}`
export const NOW = 1_700_000_000_000

/** The headers of a JSON webhook, signed at `NOW`. */
export const signed = (
  body: string | Buffer,
  options: { readonly id?: string; readonly at?: number; readonly secret?: string } = {},
): Record<string, string> => ({
  'content-type': 'application/json',
  ...signStandardWebhook({
    secret: options.secret ?? SECRET,
    id: options.id ?? 'msg_1',
    timestamp: Math.floor((options.at ?? NOW) / 1000),
    body,
  }),
})

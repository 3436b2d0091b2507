import { constants, createHmac, generateKeyPairSync, sign, type KeyObject } from 'node:crypto'

/** How a webhook is signed: by the platform's key (default), or in the HMAC mode. */
export type Signing = 'platform' | 'hmac'

/** The keys of a fake stack, and what they sign. */
export interface FakeSigner {
  /** The public key, as the app host publishes it. */
  publicKey(): string
  /** Signs with another key from now on. */
  rotate(): void
  /** Headers of a signed body. `at`: epoch milliseconds, of the HMAC mode. */
  headers(signing: Signing, body: string, at: number): Readonly<Record<string, string>>
}

/** A signer with a key pair of its own, made when it is first needed. */
export const fakeSigner = (secret: string): FakeSigner => {
  let pair: { readonly publicKey: KeyObject; readonly privateKey: KeyObject } | undefined
  const keys = (): NonNullable<typeof pair> => (pair ??= generateKeyPairSync('rsa', { modulusLength: 2048 }))
  return {
    publicKey: () => keys().publicKey.export({ type: 'pkcs1', format: 'pem' }).toString(),
    rotate() {
      pair = undefined
    },
    headers(signing, body, at) {
      if (signing === 'hmac') {
        const t = Math.floor(at / 1000)
        const hex = createHmac('sha256', secret).update(`${t}.${body}`).digest('hex')
        return { 'x-contentstack-hmac-signature': `t=${t},v1=${hex}` }
      }
      const signature = sign('sha256', Buffer.from(body), {
        key: keys().privateKey,
        padding: constants.RSA_PKCS1_PSS_PADDING,
        saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
      })
      return { 'x-contentstack-request-signature': `v1=${signature.toString('base64')}` }
    },
  }
}

import { constants, createPublicKey, verify } from 'node:crypto'
import axios from 'axios'

/** Fetches the CMS's key, and gives a function that says whether it signed these bytes. */
export const verifying = async (cms: string): Promise<(raw: Buffer, header: unknown) => boolean> => {
  const { data } = await axios.get<{ 'signing-key': string }>(`${cms}/.well-known/public-keys.json`)
  const key = {
    key: createPublicKey(data['signing-key']),
    padding: constants.RSA_PKCS1_PSS_PADDING,
    saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
  }
  return (raw, header) => {
    const signature = /^v1=(.+)$/.exec(String(header))?.[1]
    return signature !== undefined && verify('sha256', raw, key, Buffer.from(signature, 'base64'))
  }
}

import { expectTypeOf, test } from 'vitest'
import {
  bytes,
  http,
  remoteFiles,
  type BadResponse,
  type CallFailure,
  type Download,
  type RemoteFiles,
} from '../../src/index.js'

test('options of the network are typed', () => {
  // @ts-expect-error verification is turned off by `insecure: { because }`
  const unverified = () => http({ name: 'a', baseUrl: 'https://x.test', tls: { rejectUnauthorized: false } })
  // @ts-expect-error a reason is wanted
  const unreasoned = () => http({ name: 'a', baseUrl: 'https://x.test', tls: { insecure: true } })
  // @ts-expect-error no older version
  const old = () => http({ name: 'a', baseUrl: 'https://x.test', tls: { minVersion: 'TLSv1' } })
  // @ts-expect-error a file is named in an object
  const file = () => http({ name: 'a', baseUrl: 'https://x.test', tls: { pfx: '/etc/client.pfx' } })
  // @ts-expect-error data would choose the host
  const any = () => remoteFiles({ name: 'f', addresses: 'any' })
  // @ts-expect-error credentials never go to a URL that came from data
  const auth = () => remoteFiles({ name: 'f', auth: {} })
  void [unverified, unreasoned, old, file, any, auth]
})

test('a file from data is a download, and its failures are those of a call', () => {
  const open = (from: RemoteFiles) => from.download.run({ url: 'https://x.test/a' })
  expectTypeOf(open).returns.resolves.toExtend<Download>()
  const site = http({ name: 'a', baseUrl: 'https://x.test' })
  const files = remoteFiles({ name: 'f' })
  const put = site.target({
    name: 'put',
    method: 'PUT',
    path: '/a',
    effect: 'idempotent',
    body: bytes(async (url: string, ctx) => ({ stream: await files.open(files.ref(url), { ctx }) })),
  })
  expectTypeOf<Awaited<ReturnType<typeof put.call>>>().toExtend<
    | { readonly _tag: 'Left'; readonly left: CallFailure | BadResponse }
    | { readonly _tag: 'Right'; readonly right: void }
  >()
  site.close()
  files.close()
})

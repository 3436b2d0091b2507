import { createServer } from 'node:http'
import { gateway, type GatewayOptions } from '@xconnector/http/gateway'
import { serving } from '../load/serving.ts'
import { BACKEND } from './backend-url.ts'

/** Our gateway, as it comes, with one route to one backend; or with a cache, or another transport. */
export const ours = (options: Pick<GatewayOptions<'content'>, 'cache' | 'transport'> = {}): Promise<void> => {
  const content = gateway({
    backends: { content: { baseUrl: BACKEND } },
    routes: [{ path: '/**', to: 'content' }],
    ...options,
  })
  return serving(createServer(content.node), () => content.close())
}

import { ingress, standardWebhooks, type Ingress } from '@xconnector/http'
import type { Json, Source } from '@xconnector/core'
import * as t from 'io-ts'
import { SECRET } from './secret.ts'

/** The ingress with its webhook, as in the guide. */
export const hook = (): { readonly hooks: Ingress; readonly source: Source<Json> } => {
  const hooks = ingress({ basePath: '/hooks' })
  const source = hooks.webhook({
    path: '/entries',
    body: t.UnknownRecord,
    verify: standardWebhooks({ secret: SECRET }),
  }) as Source<unknown> as Source<Json>
  return { hooks, source }
}

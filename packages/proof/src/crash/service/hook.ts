import { ingress, standardWebhooks } from '@xconnector/http'
import type { Kind } from '../cast/mail.ts'
import { MailCodec } from './codec.ts'

/** Signs and verifies what the producers send. Nothing secret: both ends are made here. */
export const SIGNING_SECRET = 'whsec_Y3Jhc2ggdGVzdCBvZiB4Q29ubmVjdG9yLCAyMDI2'

export const BASE_PATH = '/hooks'

/** One ingress with a signed webhook for each kind of message. */
export const hooks = () => {
  const door = ingress({ basePath: BASE_PATH })
  const hook = (kind: Kind) =>
    door.webhook({ path: `/${kind}`, body: MailCodec, verify: standardWebhooks({ secret: SIGNING_SECRET }) })
  return { door, hook }
}

export type Hook = ReturnType<typeof hooks>['hook']

import { config, secret } from '@xconnector/core'
import { operatorTokens } from '@xconnector/http/ops'

const env = config({ OPS_TOKEN: secret })

/** Who may look at the flows of the shop, and repair them: whoever is on call. */
export const operators = operatorTokens({ oncall: { token: env.OPS_TOKEN, may: 'act' } })

import { parseArgs } from 'node:util'
import { checkConfig } from '@xconnector/core'
import { serve } from '../serve.ts'
import { content, hooks, published } from './flow.ts'
import { play } from './play.ts'
import { env } from './systems.ts'

const { values } = parseArgs({ options: { serve: { type: 'boolean', default: false } } })
if (!values.serve) await play()
else {
  // The runtime checks what its flows need; the gateway and the endpoint need the rest.
  const wrong = checkConfig(Object.values(env))
  if (wrong !== undefined) throw wrong
  await serve({ name: 'content-gateway', flow: published, hooks, behind: content.node })
  content.close()
}

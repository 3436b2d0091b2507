import { parseArgs } from 'node:util'
import { serve } from '../serve.ts'
import { afterApproval, afterForm, afterOrder, afterProfile } from './flow.ts'
import { play } from './play.ts'
import { hooks } from './senders.ts'

const { values } = parseArgs({ options: { serve: { type: 'boolean', default: false } } })
if (values.serve)
  await serve({ name: 'webhook-trigger', flow: [afterApproval, afterOrder, afterForm, afterProfile], hooks })
else await play()

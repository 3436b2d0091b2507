import { serve } from '../serve.ts'
import { afterApproval, afterForm, afterOrder, afterProfile } from './flow.ts'
import { hooks } from './senders.ts'

await serve({ name: 'webhook-trigger', flow: [afterApproval, afterOrder, afterForm, afterProfile], hooks })

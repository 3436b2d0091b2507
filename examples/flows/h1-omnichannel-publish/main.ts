import { serve } from '../serve.ts'
import { hooks, publish } from './flow.ts'

await serve({ flow: publish, hooks })

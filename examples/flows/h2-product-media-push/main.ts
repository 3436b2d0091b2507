import { parseArgs } from 'node:util'
import { serve } from '../serve.ts'
import { hooks, pushMedia } from './flow.ts'
import { play } from './play.ts'

const { values } = parseArgs({
  options: { serve: { type: 'boolean', default: false }, mib: { type: 'string', default: '256' } },
})
if (values.serve) await serve({ flow: pushMedia, hooks })
else await play(Number(values.mib))

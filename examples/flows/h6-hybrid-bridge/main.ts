import { parseArgs } from 'node:util'
import { play } from './play.ts'
import { serve } from './serve.ts'

const { values } = parseArgs({ options: { serve: { type: 'boolean', default: false } } })
await (values.serve ? serve() : play())

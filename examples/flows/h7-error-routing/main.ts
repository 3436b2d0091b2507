import { parseArgs } from 'node:util'
import { serve } from '../serve.ts'
import { bookOrders, clarify, closeIncidents, hooks } from './flow.ts'
import { play } from './play.ts'

const { values } = parseArgs({
  options: { serve: { type: 'boolean', default: false }, orders: { type: 'string', default: '1000' } },
})
if (values.serve)
  await serve({
    flow: [bookOrders, clarify],
    hooks,
    keepers: (runtime) => [closeIncidents((which) => runtime().deadLetters.list(which))],
  })
else await play(Number(values.orders))

import { createRuntime, silentLogger } from '@xconnector/core'
import { sqlite } from '../../../src/sqlite.ts'
import { type Order, shop } from './shop.ts'

/** What the test asks of the service. */
export type Asked = { readonly send: readonly Order[] } | 'mend' | 'sent' | 'dead' | 'paused'

// A service in a process of its own. Arguments: its file; 'mended'.
const own = shop()
if (process.argv[3] === 'mended') own.mend()
const journal = sqlite({ file: process.argv[2]!, log: silentLogger })
const runtime = createRuntime({ flows: [own.flow], journal, log: silentLogger })
await runtime.start()

const answer = async (asked: Asked): Promise<unknown> => {
  if (asked === 'mend') own.mend()
  else if (asked === 'sent') return own.sent
  else if (asked === 'paused') return runtime.paused().length
  else if (asked === 'dead') return (await runtime.deadLetters.list()).map(({ id }) => id)
  else
    await own.intake().accept(
      asked.send.map((order) => ({
        raw: { ...order },
        type: 'order',
        undecodable: 'dead-letter' as const,
      })),
    )
  return 'done'
}

process.on('message', (asked: Asked) => void answer(asked).then((said) => process.send!(said)))
process.send!('ready')

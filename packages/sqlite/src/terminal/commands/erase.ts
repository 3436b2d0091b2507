import type { Command } from '../command.js'
import { confirmed } from '../confirm.js'
import { keepAct } from '../keep-act.js'
import { counted } from '../spans.js'

/** Forgets a person. */
export const erase: Command = {
  name: 'erase',
  takes: 'KEY',
  says: 'removes whatever is kept of a key: waiting entries, dead letters, messages, versions',
  options: { yes: { says: 'do not ask' } },
  async run({ rest, flags }, desk) {
    const [key, ...more] = rest
    if (key === undefined || key === '' || more.length > 0) return { wrong: 'erase: name one key' }
    if (!flags.has('yes')) {
      const sure = await confirmed(
        desk,
        `Erase all that is kept of the key ${JSON.stringify(key)}, what waits included?`,
      )
      if (sure === 'unasked') return { wrong: 'erase: add --yes to erase it' }
      if (sure === 'no') return 'nothing'
    }
    const n = await desk.journal().admin.erase(key)
    await keepAct(desk, { did: 'erase', n })
    if (desk.screen.json) await desk.screen.value({ key, entries: n })
    else await desk.screen.line(`${counted(n, 'entry', 'entries')} of that key erased.`)
    return n > 0 ? 'done' : 'nothing'
  },
}

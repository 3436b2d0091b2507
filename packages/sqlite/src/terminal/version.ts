import manifest from '../../package.json' with { type: 'json' }
import type { Command } from './command.js'

/** Which version this is. */
export const version: Command = {
  name: 'version',
  takes: '',
  says: 'which version this is',
  options: {},
  async run(_, { screen }) {
    if (screen.json) await screen.value({ version: manifest.version, node: process.version })
    else await screen.line(manifest.version)
    return 'done'
  },
}

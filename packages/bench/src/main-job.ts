/**
 * The main job: published entries to a site and a portal, published assets with their files, rights and versions to VIP,
 * through the demo's own flows on SQLite, against a service written by hand that makes the same requests and keeps nothing:
 * what it had acknowledged is lost when it ends. Both verify the webhooks. The receivers answer at once, so that the service
 * is what is measured; all processes share the machine, so processor time says more than time. VIP's events are left out.
 *
 * Run: `npx -y pnpm@12 bench main-job [--entries 3000] [--assets 150]`
 */
import { bench } from './harness/bench.ts'
import { ratio } from './harness/row.ts'
import { sizeOption } from './harness/size-option.ts'
import { job } from './main-job/job.ts'

const size = { entries: sizeOption('entries', 3000), assets: sizeOption('assets', 150) }
const FLOWS = 'flows on SQLite'
const HAND = 'hand-written, nothing durable'

await bench({
  script: import.meta.filename,
  peers: ['axios'],
  variants: {
    [FLOWS]: job('flows-service.ts', size),
    [HAND]: job('hand-service.ts', size),
  },
  rows: [
    { row: 'entries published', of: () => size.entries },
    { row: 'assets published', of: () => size.assets },
    { row: 'entries/s, flows / hand-written', of: ratio(FLOWS, HAND, 'entries/s') },
    { row: 'assets/s, flows / hand-written', of: ratio(FLOWS, HAND, 'assets/s') },
    { row: 'CPU an entry, flows / hand-written', of: ratio(FLOWS, HAND, 'CPU ms, entries') },
    { row: 'CPU an asset, flows / hand-written', of: ratio(FLOWS, HAND, 'CPU ms, assets') },
    { row: 'entries', of: (at) => at(FLOWS, 'entries/s'), unit: '/s' },
    { row: 'assets', of: (at) => at(FLOWS, 'assets/s'), unit: '/s' },
  ],
})

/**
 * What it costs to have the package: the time to import the built core in a fresh process, against axios, and what a
 * bundler makes of a flow that is called, of one that is deployed, and of all of core.
 *
 * Run: `npx -y pnpm@12 bench import-and-size`
 */
import { bench } from './harness/bench.ts'
import { ratio } from './harness/row.ts'
import { importing } from './import/bare.ts'
import { CALLED, DEPLOYED, size, WHOLE } from './import/size.ts'

await bench({
  script: import.meta.filename,
  peers: ['axios', 'esbuild', 'eventemitter3'],
  variants: {
    'import nothing': importing('node:path'),
    'import core': importing('@xconnector/core'),
    'import axios': importing('axios'),
    'bundle, a flow that is called, own code': size(CALLED, true),
    'bundle, a flow that is called': size(CALLED, false),
    'bundle, a flow that is deployed, own code': size(DEPLOYED, true),
    'bundle, a flow that is deployed': size(DEPLOYED, false),
    'bundle, all of core, own code': size(WHOLE, true),
  },
  rows: [
    { row: 'import of core / axios', of: ratio('import core', 'import axios', 'ms'), must: { atMost: 0.3 } },
    {
      row: 'a flow that is called, own code, gzip',
      of: (at) => at('bundle, a flow that is called, own code', 'gzip KB'),
      must: { atMost: 15 },
      unit: 'KB',
    },
    {
      row: 'a flow that is deployed, own code, gzip',
      of: (at) => at('bundle, a flow that is deployed, own code', 'gzip KB'),
      unit: 'KB',
    },
  ],
})

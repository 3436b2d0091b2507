/**
 * A file of 1 GiB to another process: `uploads.send` of @xconnector/vip, tus-js-client, axios and plain node:http, to the same
 * receivers. One receiver throws the bytes away, so that the sender is what is measured; the other is a bare `@tus/server`
 * with its FileStore, as in the field. All sides read 64 KiB at a time from the same file and hash nothing, except where
 * the row says so. Every sender is bundled and has a process of its own. Then the receiver cuts the connection at 90 %.
 *
 * Run: `npx -y pnpm@12 bench vip [--mib 1024]`
 */
import { bench } from './harness/bench.ts'
import { ratio, type Row } from './harness/row.ts'
import type { Variant } from './harness/sample.ts'
import { sizeOption } from './harness/size-option.ts'
import type { Receiving } from './vip/receiver-orders.ts'
import { bundleSenders, type SenderName } from './vip/sender-process.ts'
import { makeSourceFiles } from './vip/source-file.ts'
import { uploading } from './vip/uploading.ts'

const mib = sizeOption('mib', 1024)
const CUT_AT = 0.9

const whole = (sender: SenderName, to: Receiving): Variant => uploading({ sender, to })
const cut = (sender: SenderName): Variant => uploading({ sender, to: 'stores', cutAt: CUT_AT })

const RSS: Pick<Row, 'must' | 'unit'> = { must: { atMost: 160 }, unit: 'MiB' }

await bench({
  script: import.meta.filename,
  peers: ['tus-js-client', '@tus/server', '@tus/file-store', 'axios', 'esbuild'],
  async prepare() {
    await bundleSenders()
    return makeSourceFiles(mib)
  },
  variants: {
    'ours, discarded': whole('ours', 'discards'),
    'ours with sha256, discarded': whole('ours-hashed', 'discards'),
    'tus-js-client, discarded': whole('tus-js-client', 'discards'),
    'tus-js-client in 8 MiB, discarded': whole('tus-js-client-in-chunks', 'discards'),
    'axios, discarded': whole('axios', 'discards'),
    'axios in 8 MiB, discarded': whole('axios-in-chunks', 'discards'),
    'node:http, discarded': whole('raw', 'discards'),
    'ours, stored': whole('ours', 'stores'),
    'ours with sha256, stored': whole('ours-hashed', 'stores'),
    'tus-js-client, stored': whole('tus-js-client', 'stores'),
    'node:http, stored': whole('raw', 'stores'),
    'ours, cut': cut('ours'),
    'ours with sha256, cut': cut('ours-hashed'),
    'tus-js-client, cut': cut('tus-js-client'),
  },
  rows: [
    { row: 'file', of: () => mib, unit: 'MiB' },
    {
      row: 'ours / node:http, discarded',
      of: ratio('ours, discarded', 'node:http, discarded', 'MiB/s'),
      must: { atLeast: 0.7, aim: 0.85 },
    },
    {
      row: 'ours / node:http, stored',
      of: ratio('ours, stored', 'node:http, stored', 'MiB/s'),
      must: { atLeast: 0.7, aim: 0.85 },
    },
    { row: 'peak RSS, discarded', of: (at) => at('ours, discarded', 'peak RSS MiB'), ...RSS },
    { row: 'peak RSS, stored', of: (at) => at('ours, stored', 'peak RSS MiB'), ...RSS },
    { row: 'peak RSS, cut', of: (at) => at('ours, cut', 'peak RSS MiB'), ...RSS },
    {
      row: 're-sent after a cut at 90 %',
      of: (at) => at('ours, cut', 're-sent MiB'),
      must: { atMost: 16 },
      unit: 'MiB',
    },
    {
      row: 're-sent by tus-js-client after a cut at 90 %',
      of: (at) => at('tus-js-client, cut', 're-sent MiB'),
      unit: 'MiB',
    },
    {
      row: 'ours with sha256 / node:http, discarded',
      of: ratio('ours with sha256, discarded', 'node:http, discarded', 'MiB/s'),
    },
    {
      row: 'ours / tus-js-client, discarded',
      of: ratio('ours, discarded', 'tus-js-client, discarded', 'MiB/s'),
    },
    {
      row: 'ours / tus-js-client in 8 MiB, discarded',
      of: ratio('ours, discarded', 'tus-js-client in 8 MiB, discarded', 'MiB/s'),
    },
    { row: 'ours / tus-js-client, stored', of: ratio('ours, stored', 'tus-js-client, stored', 'MiB/s') },
    { row: 'axios / node:http, discarded', of: ratio('axios, discarded', 'node:http, discarded', 'MiB/s') },
    {
      row: 'ours / axios in 8 MiB, discarded',
      of: ratio('ours, discarded', 'axios in 8 MiB, discarded', 'MiB/s'),
    },
    {
      row: 'CPU, ours / node:http, discarded',
      of: ratio('ours, discarded', 'node:http, discarded', 'CPU s/GiB'),
    },
    {
      row: 'CPU, axios / node:http, discarded',
      of: ratio('axios, discarded', 'node:http, discarded', 'CPU s/GiB'),
    },
    {
      row: 'tus-js-client / node:http, discarded',
      of: ratio('tus-js-client, discarded', 'node:http, discarded', 'MiB/s'),
    },
  ],
})

/**
 * A file of 1 GiB as the body of one PUT, without a checksum: a target with `bytes`, axios, got, undici and plain node:http,
 * to the same receiver, which throws the bytes away. All sides read 64 KiB at a time from the same file. Every sender has a
 * process of its own.
 *
 * Run: `npx -y pnpm@12 bench upload [--mib 1024]`
 */
import { bench } from './harness/bench.ts'
import { ratio } from './harness/row.ts'
import { sizeOption } from './harness/size-option.ts'
import { bundleSenders, SENDER_NAMES, uploading } from './upload/uploading.ts'
import { makeSourceFiles } from './vip/source-file.ts'

const mib = sizeOption('mib', 1024)

await bench({
  script: import.meta.filename,
  peers: ['axios', 'got', 'undici', 'esbuild'],
  async prepare() {
    await bundleSenders()
    return makeSourceFiles(mib)
  },
  variants: Object.fromEntries(SENDER_NAMES.map((name) => [name, uploading(name)])),
  rows: [
    { row: 'file', of: () => mib, unit: 'MiB' },
    {
      row: 'ours / node:http',
      of: ratio('ours', 'node:http', 'MiB/s'),
      must: { atLeast: 0.7, aim: 0.85 },
    },
    { row: 'peak RSS', of: (at) => at('ours', 'peak RSS MiB'), must: { atMost: 160 }, unit: 'MiB' },
    { row: 'ours with undici / node:http', of: ratio('ours, undici', 'node:http', 'MiB/s') },
    { row: 'peak RSS with undici', of: (at) => at('ours, undici', 'peak RSS MiB'), unit: 'MiB' },
    { row: 'ours / axios, stock', of: ratio('ours', 'axios, stock', 'MiB/s') },
    { row: 'peak RSS of axios, stock', of: (at) => at('axios, stock', 'peak RSS MiB'), unit: 'MiB' },
    { row: 'ours / got', of: ratio('ours', 'got', 'MiB/s') },
    { row: 'CPU, ours / node:http', of: ratio('ours', 'node:http', 'CPU s/GiB') },
  ],
})

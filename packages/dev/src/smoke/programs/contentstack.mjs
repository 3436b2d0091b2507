// Uses @xconnector/contentstack as installed: a signed event of the fake stack through a webhook, its file, and a read.
import assert from 'node:assert/strict'
import { contentstack } from '@xconnector/contentstack'
import { fakeStack } from '@xconnector/contentstack/testing'
import {
  byKind,
  createDestination,
  createRuntime,
  flow,
  memoryJournal,
  right,
  silentLogger,
  target,
} from '@xconnector/core'
import { ingress } from '@xconnector/http'

const stack = fakeStack({ contentTypes: ['article'] })
const listening = await stack.listen()
const cms = contentstack(listening.settings)
const hooks = ingress()
const arrived = Promise.withResolvers()
const keep = target({
  name: 'keep',
  destination: createDestination({ name: 'shelf' }),
  effect: 'idempotent',
  call(body) {
    arrived.resolve(body)
    return { result: right(undefined), seen: { as: 'ok' } }
  },
})
const source = cms.webhook(hooks, { path: '/cms', on: 'asset.publish' })
const files = flow('files')
  .from(source)
  .map('file', (event) => cms.assets.file(event.data.asset))
  .to(keep)
  .otherwise(byKind())
const runtime = createRuntime({ flows: [files], journal: memoryJournal(), log: silentLogger })
await runtime.start()

const bytes = Buffer.from('the bytes of a file')
const { uid } = stack.assets.save({ filename: 'a.txt', type: 'text/plain', file: bytes })
const answer = await hooks.fetch(
  stack.request(stack.assets.publish(uid), { url: 'https://service.example/cms' }),
)
assert.equal(answer.status, 202)
const stream = await cms.files.open(await arrived.promise, { signal: new AbortController().signal })
assert.deepEqual(Buffer.concat(await stream.toArray()), bytes)

const saved = stack.entries.save('article', { title: 'Hello' })
const entry = await cms.management.entry.run({ contentType: 'article', uid: saved.uid })
assert.equal(entry.title, 'Hello')
await runtime.stop()
cms.close()
await listening.close()
console.log('works')

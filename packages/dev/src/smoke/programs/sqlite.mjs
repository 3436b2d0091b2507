// Uses @xconnector/sqlite as installed: what one runtime accepted is in the file for the next, and delivered once.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  byKind,
  createDestination,
  createRuntime,
  decodeWith,
  flow,
  right,
  silentLogger,
  target,
} from '@xconnector/core'
import { sqlite } from '@xconnector/sqlite'
import * as t from 'io-ts'

const folder = mkdtempSync(join(tmpdir(), 'xconnector-smoke-journal-'))
const seen = []

const runOnce = async (role, raws) => {
  const delivered = Promise.withResolvers()
  const keep = target({
    name: 'keep',
    destination: createDestination({ name: 'shelf' }),
    effect: 'idempotent',
    call(body) {
      seen.push(body)
      delivered.resolve()
      return { result: right(undefined), seen: { as: 'ok' } }
    },
  })
  const started = Promise.withResolvers()
  const numbers = {
    name: 'numbers',
    single: false,
    decode: decodeWith(t.type({ n: t.number })),
    start(intake) {
      started.resolve(intake)
      return { stop() {} }
    },
  }
  const keepAll = flow('keep-all').from(numbers).to(keep).otherwise(byKind())
  const journal = sqlite({ file: join(folder, 'journal.db') })
  const runtime = createRuntime({ flows: [keepAll], journal, log: silentLogger, role })
  await runtime.start()
  if (raws.length > 0) {
    const intake = await started.promise
    const accepted = await intake.accept(
      raws.map((raw) => ({ raw, type: 'number', undecodable: 'dead-letter' })),
    )
    assert.deepEqual(
      accepted.map((a) => a.as),
      raws.map(() => 'accepted'),
    )
  } else await delivered.promise
  await runtime.stop()
}

try {
  await runOnce('accept', [{ n: 42 }])
  assert.deepEqual(seen, [])
  await runOnce('work', [])
  assert.deepEqual(seen, [{ n: 42 }])
} finally {
  rmSync(folder, { recursive: true })
}
console.log('works')

import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage } from 'node:http'
import { spawn } from 'node:child_process'
import { tmpdir } from 'node:os'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runNode } from '../../src/command/child.ts'
import { build } from '../../src/command/pnpm.ts'
import { root } from '../../src/command/repository.ts'
import { derived, dialects, type Dialect } from '../../src/docs/derived.ts'
import { packedProject } from '../../src/docs/packed-project.ts'
import { linesOfCode, quickStartOf } from '../../src/docs/quick-start.ts'
import { typescript7 } from '../../src/types/compilers.ts'

const quickStart = quickStartOf(readFileSync(join(root, 'README.md'), 'utf8'))
const folder = mkdtempSync(join(tmpdir(), 'xconnector-quick-start-'))
let project = ''

beforeAll(async () => {
  const built = await build()
  expect(built.code, built.output).toBe(0)
  project = await packedProject(['@xconnector/core', '@xconnector/http', '@xconnector/sqlite'], folder)
}, 120_000)
afterAll(() => rmSync(folder, { recursive: true }))

// What makes a build of the README's project, for users of CommonJS.
const emitting = {
  noEmit: false,
  outDir: 'out',
  allowImportingTsExtensions: false,
  rewriteRelativeImportExtensions: true,
  verbatimModuleSyntax: false,
}

/** Compiles a project; a complaint fails the test. */
const compiled = async (at: string, config: object): Promise<void> => {
  writeFileSync(join(at, 'tsconfig.json'), JSON.stringify(config))
  const { code, output } = await runNode([join(root, typescript7.path), '-p', at], { cwd: at })
  expect(code, output).toBe(0)
}

/** Writes the quick start in a dialect, compiled where Node cannot run it as it is; gives the folder to run it in. */
const written = async (dialect: Dialect, codec: 'zod' | 'io-ts'): Promise<string> => {
  const { module, language } = dialect
  const at = join(project, `${module}-${language}-${codec}`)
  mkdirSync(at)
  writeFileSync(join(at, 'package.json'), JSON.stringify({ type: module === 'esm' ? 'module' : 'commonjs' }))
  const code = codec === 'zod' ? quickStart.code : quickStart.withIoTs
  for (const file of [...code, ...quickStart.around]) {
    const { name, text } = derived(file, dialect)
    writeFileSync(join(at, name), text)
  }
  if (language === 'js') return at
  const own = module === 'cjs' ? emitting : {}
  await compiled(at, { compilerOptions: { ...quickStart.compilerOptions, ...own, skipLibCheck: true } })
  return module === 'cjs' ? join(at, 'out') : at
}

interface Received {
  readonly line: string
  readonly key: string | undefined
  readonly authorization: string | undefined
  readonly body: unknown
}

const bodyOf = async (request: IncomingMessage): Promise<unknown> => {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return JSON.parse(Buffer.concat(chunks).toString('utf8'))
}

/** Stands in for the CRM and the stock. */
const receiver = async () => {
  const received: Received[] = []
  const server = createServer((request, response) => {
    void bodyOf(request).then((body) => {
      const { authorization, 'idempotency-key': key } = request.headers
      received.push({ line: `${request.method} ${request.url}`, key: key as string, authorization, body })
      response.end()
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return { received, port, close: () => server.close() }
}

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0)
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

const until = async (holds: () => boolean | Promise<boolean>): Promise<void> => {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 10))
}

const answers = (port: number): Promise<boolean> =>
  fetch(`http://localhost:${port}/`).then(
    () => true,
    () => false,
  )

// What a codec changes is one line, so io-ts is not run in every dialect.
const asWritten = [
  ...dialects.map((dialect) => ({ ...dialect, codec: 'zod' as const })),
  { module: 'esm', language: 'ts', codec: 'io-ts' } as const,
  { module: 'cjs', language: 'js', codec: 'io-ts' } as const,
]

describe.each(asWritten)('the quick start as $module, in $language, with $codec', ({ codec, ...dialect }) => {
  test('compiles, passes its unit tests, delivers a signed webhook, and stops at SIGTERM', async () => {
    const at = await written(dialect, codec)
    const file = (name: string): string => {
      const compiled = dialect.language === 'js' || dialect.module === 'cjs'
      return compiled ? name.replace(/\.ts$/, '.js') : name
    }

    const tested = await runNode(['--test', '--test-reporter=tap', file('orders.test.ts')], { cwd: at })
    expect(tested.output).toMatch(/^# pass 2$/m)
    expect(tested.code, tested.output).toBe(0)

    const to = await receiver()
    const port = String(await freePort())
    const env = {
      ...quickStart.environment,
      CRM_URL: quickStart.environment['CRM_URL']!.replace('4000', String(to.port)),
      STOCK_URL: quickStart.environment['STOCK_URL']!.replace('4000', String(to.port)),
      PORT: port,
    }
    const service = spawn(process.execPath, [file('service.ts')], {
      cwd: at,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let said = ''
    service.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()))
    service.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()))
    const ended = once(service, 'exit')
    try {
      await until(async () => service.exitCode !== null || (await answers(Number(port))))
      expect(service.exitCode, said).toBeNull()
      const sent = await runNode([file('send.ts')], { cwd: at, env })
      expect(sent.output).toMatch(/^202 \{"id":"[0-9a-f-]{36}"\}\n$/)
      await until(() => to.received.length === 2)
      expect(to.received.toSorted((a, b) => a.line.localeCompare(b.line))).toEqual([
        {
          line: 'POST /stock/reservations',
          key: expect.stringMatching(/^"[0-9a-f-]{36}\/stock"$/),
          authorization: undefined,
          body: { order: 'o-1', items: ['lamp'] },
        },
        {
          line: 'PUT /crm/orders/o-1',
          key: undefined,
          authorization: 'Bearer a-token',
          body: { id: 'o-1', customer: 'Ada' },
        },
      ])
      service.kill('SIGTERM')
      expect(await ended).toEqual([0, null])
    } finally {
      service.kill('SIGKILL')
      to.close()
    }
  })
})

test('the declarations of the packages, and of their peers, hold without skipLibCheck', async () => {
  const at = join(project, 'declarations')
  mkdirSync(at)
  writeFileSync(join(at, 'package.json'), JSON.stringify({ type: 'module' }))
  for (const { name, text } of quickStart.code) writeFileSync(join(at, name), text)
  await compiled(at, { compilerOptions: quickStart.compilerOptions })
})

test('the quick start is at most 40 lines of code, its unit tests less than 40', () => {
  expect(linesOfCode(quickStart.code)).toBeLessThanOrEqual(40)
  expect(linesOfCode([quickStart.around[0]!])).toBeLessThan(40)
})

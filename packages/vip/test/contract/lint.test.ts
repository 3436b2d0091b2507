import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { parse } from 'yaml'
import { describe, expect, test } from 'vitest'
import { contract } from '@xconnector/vip/testing'

interface Operation {
  readonly operationId: string
  readonly responses: Record<string, unknown>
}

const here = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url))

describe('openapi.yaml', () => {
  test('is clean by the recommended rules of redocly, warnings included', async () => {
    const args = ['lint', '--extends=recommended', '--format=json', here('openapi.yaml')]
    const env = { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' }
    const { stdout } = await promisify(execFile)(here('node_modules/.bin/redocly'), args, { env })
    expect(JSON.parse(stdout)).toMatchObject({ totals: { errors: 0, warnings: 0, ignored: 0 } })
  })

  test('gives every operation a name of its own, and says how each refuses bad credentials', async () => {
    const document = parse(await readFile(here('openapi.yaml'), 'utf8'))
    const methods = ['get', 'head', 'put', 'post', 'patch', 'delete']
    const operations = Object.values<Record<string, Operation>>(document.paths).flatMap((item) =>
      methods.flatMap((method) => (item[method] === undefined ? [] : [item[method]])),
    )
    const ids = operations.map(({ operationId }) => operationId)
    expect(ids).toHaveLength(17)
    expect(new Set(ids).size).toBe(ids.length)
    for (const { responses } of operations) expect(responses['401']).toBeDefined()
  })

  test('has schemas that compile, whose examples keep them', async () => {
    const document = parse(await readFile(here('openapi.yaml'), 'utf8'))
    const schemas = Object.entries<{ examples?: unknown[] }>(document.components.schemas)
    const judge = contract()
    const found = schemas.flatMap(([name, { examples = [] }]) => {
      judge.schema(name, {})
      return examples.flatMap((example) =>
        judge.schema(name, example).map(({ detail }) => `${name}: ${detail}`),
      )
    })
    expect(found).toEqual([])
    expect(schemas.filter(([, { examples }]) => examples !== undefined).length).toBeGreaterThan(8)
  })
})

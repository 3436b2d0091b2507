import { expect, test } from 'vitest'
import { pnpmCommand } from '../../src/command/pnpm.ts'

test('pnpm is started as the one that runs the script', () => {
  expect(pnpmCommand('/opt/pnpm/pnpm')).toEqual(['/opt/pnpm/pnpm'])
  expect(pnpmCommand('/opt/pnpm/bin/pnpm.cjs')).toEqual([process.execPath, '/opt/pnpm/bin/pnpm.cjs'])
})

test('under npm, and under nothing, it comes from npx', () => {
  expect(pnpmCommand('/opt/npm/bin/npm-cli.js')).toEqual(['npx', '-y', 'pnpm@12'])
  expect(pnpmCommand('')).toEqual(['npx', '-y', 'pnpm@12'])
})

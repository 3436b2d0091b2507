import { afterAll, expect } from 'vitest'

// Many files share a worker: one that leaves another `Response` behind makes others fail, in some orders only.
const { fetch, Request, Response, Headers } = globalThis
const found = { fetch, Request, Response, Headers }

afterAll(() => {
  for (const [name, value] of Object.entries(found))
    expect(globalThis[name as keyof typeof found], `globalThis.${name}`).toBe(value)
})

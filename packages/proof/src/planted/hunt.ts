import { spawn } from 'node:child_process'

/** How a hunt ended: what was found first, or how many seeds passed. */
export type Hunted =
  | { readonly found: true; readonly seed: number; readonly law: string; readonly seeds: number }
  | { readonly found: false; readonly seeds: number }

/**
 * Runs a bundle of the simulation over seeds, from the first, until one fails.
 *
 * @throws Error when the bundle neither passes nor tells what it found.
 */
export const hunt = (
  bundled: string,
  o: { readonly from: number; readonly seeds: number },
): Promise<Hunted> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [bundled, '--from', String(o.from), '--seeds', String(o.seeds)], {
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const out: Buffer[] = []
    const err: Buffer[] = []
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk))
    child.stderr.on('data', (chunk: Buffer) => err.push(chunk))
    child.on('error', reject)
    child.on('close', (code) => {
      if (code === 0) return resolve({ found: false, seeds: o.seeds })
      const found = lastJson(Buffer.concat(out).toString('utf8'))
      if (code === 1 && found !== undefined)
        return resolve({ found: true, ...found, seeds: found.seed - o.from + 1 })
      const said = Buffer.concat([...err, ...out])
        .toString('utf8')
        .slice(-2000)
      return reject(new Error(`the simulation ended with code ${code}: ${said}`))
    })
  })

// The last line that says which seed failed by which law.
const lastJson = (output: string): { readonly seed: number; readonly law: string } | undefined => {
  for (const line of output.trimEnd().split('\n').reverse()) {
    if (!line.startsWith('{')) continue
    const { seed, law } = JSON.parse(line) as { readonly seed?: unknown; readonly law?: unknown }
    if (typeof seed === 'number' && typeof law === 'string') return { seed, law }
  }
  return undefined
}

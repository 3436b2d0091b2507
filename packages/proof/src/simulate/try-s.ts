import { bugs } from '../planted/bugs.ts'
import { bundle } from '../planted/bundle.ts'
import { hunt } from '../planted/hunt.ts'
for (const bug of bugs) {
  if (process.argv[2] !== undefined && !bug.name.includes(process.argv[2])) continue
  const f = `/tmp/part-s/bug.mjs`
  const t0 = performance.now()
  try {
    await bundle(f, bug)
    const h = await hunt(f, { from: 1, seeds: 300 })
    console.log(bug.name, JSON.stringify(h), bug.laws, Math.round(performance.now() - t0))
  } catch (e) {
    console.log(bug.name, 'ERR', String(e).slice(0, 300))
  }
}

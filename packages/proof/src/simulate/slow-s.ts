import { reference } from './reference.ts'
const count = Number(process.argv[2] ?? 100),
  from = Number(process.argv[3] ?? 1)
for (let seed = from; seed < from + count; seed++) {
  process.stdout.write(`${seed} `)
  const c0 = process.cpuUsage(),
    t0 = performance.now()
  const r = await reference({ seed, shrink: 0 })
  const c = process.cpuUsage(c0)
  const cpu = (c.user + c.system) / 1000
  if (cpu > 200 || !r.ok) {
    console.log(
      '\n',
      seed,
      r.ok ? 'ok' : r.law + r.failed.why.slice(0, 600),
      'cpu',
      cpu,
      'wall',
      performance.now() - t0,
    )
  }
}

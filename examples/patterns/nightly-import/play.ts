import { progressBar, type ProgressLike } from '@xconnector/core/patterns'
import type { Crew, Member } from '@xconnector/example-kit/crew'
import { bad, good } from '@xconnector/example-kit/story'
import { watchUntil } from '@xconnector/example-kit/watch'
import { count, counted } from '@xconnector/example-kit/words'
import type { Arguments } from './arguments.ts'
import { badRows, meantOf, writeExport } from './export.ts'
import { broken, type Evidence, type Letter } from './laws.ts'
import { productOf } from './product.ts'
import { summary } from './summary.ts'
import { worldOf, type World } from './world.ts'

type Asked = Omit<Arguments, 'keep'>

/** Two nights of one file: the import, with kills, and the same again. Gives whether all of it reconciles. */
export const play = async (crew: Crew, folder: string, asked: Asked): Promise<boolean> => {
  const file = `${folder}/products.csv`
  await writeExport(file, asked)
  const world = await worldOf(file, asked.rate)
  const before = stock(world, asked)
  console.log(
    good(
      `${counted(asked.rows, 'row')}, ${count(asked.bad)} of them bad; the shop has ${counted(before.same + before.old, 'product')}`,
    ),
  )
  let told: ProgressLike | undefined
  const start = (): Member => {
    const member = crew.start('importer', 'importer.ts', {
      SUPPLIER_URL: world.supplier,
      SUPPLIER_TOKEN: 'supplier-token',
      SHOP_URL: world.shop,
      SHOP_TOKEN: 'shop-token',
      REPORTS_URL: world.reports,
      RATE: String(asked.rate),
    })
    member.onMessage((message) => {
      if ('progress' in message) told = message.progress as ProgressLike
    })
    return member
  }
  const { seen } = world
  const watched = {
    trouble: crew.trouble,
    show: () => Promise.resolve(`${seen.calls} calls, ${seen.told.length} reports`),
  }

  let importer = start()
  const bar = progressBar({ name: 'import', poll: () => told })
  for (let n = 1; n <= asked.kill; n++) {
    const part = Math.floor(((asked.rows - before.same) * n) / (asked.kill + 1))
    await watchUntil(watched, `${part} products are put`, () => seen.puts >= part, 5)
    await importer.end('SIGKILL')
    importer = start()
  }
  await watchUntil(watched, 'the first night is over', () => seen.told.length > 0, 20)
  await watchUntil(watched, 'the second night is over', () => seen.told.length > 1, 20)
  importer.send({ ask: 'dead letters' })
  const dead = await importer.heard<readonly Letter[]>('dead')
  await importer.end('SIGTERM')
  await bar.stop()
  world.close()

  const evidence: Evidence = { catalogue: asked, before, kills: asked.kill, seen, dead }
  console.log(summary(evidence, folder))
  const wrong = broken(evidence)
  for (const sentence of wrong) console.log(bad(sentence))
  return wrong.length === 0
}

/** What the shop has already: every twentieth product as it is in the file, and every twentieth in an older state. */
const stock = (world: World, asked: Asked): Evidence['before'] => {
  const skipped = badRows(asked)
  let [same, old] = [0, 0]
  for (let i = 0; i < asked.rows; i += 10) {
    if (skipped.has(i)) continue
    const { sku, name, cents, stock: pieces } = meantOf(i)
    const isOld = i % 20 === 0
    const row = { sku, name, price: isOld ? cents + 1 : cents, stock: pieces }
    world.seen.products.set(sku, productOf({ line: 0, row, known: null }))
    if (isOld) old++
    else same++
  }
  return { same, old }
}

import { floors } from '../floors.ts'
import { importsOf } from '../imports.ts'
import { fileRule, type Finding } from '../rule.ts'

const SOURCE = 'packages/core/src/'
const floorOf = (folder: string): number => floors.findIndex((floor) => floor.includes(folder))

/** A folder of core uses only its own floor and those below. The index, which names the public surface, stands above. */
export const coreFloors = fileRule('core-floors', function* (file): Generator<Finding> {
  if (!file.path.startsWith(SOURCE) || file.path === `${SOURCE}index.ts`) return
  const [folder, ...rest] = file.path.slice(SOURCE.length).split('/') as [string, ...string[]]
  if (rest.length === 0)
    return yield {
      at: 1,
      message: 'only index.ts lies directly in src; move it into the folder of its floor',
    }
  const floor = floorOf(folder)
  if (floor === -1)
    return yield { at: 1, message: `the folder "${folder}" has no floor; give it one in house/floors.ts` }
  for (const { path, node } of importsOf(file)) {
    if (path === undefined || !path.startsWith(SOURCE)) continue
    const [used = '', ...below] = path.slice(SOURCE.length).split('/')
    if (below.length === 0)
      yield { at: node, message: `"${folder}" uses src/${used}; import the file it names` }
    else if (floorOf(used) > floor)
      yield { at: node, message: `"${folder}" uses "${used}", which is a floor above it` }
  }
})

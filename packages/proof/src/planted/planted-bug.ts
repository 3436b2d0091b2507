/** A fault that simulation must find: put into the sources, never kept there. */
export interface PlantedBug {
  /** What went wrong, in the words of a story: `latest by arrival`. */
  readonly name: string
  /** The laws that it may be found by: whichever breaks first in the seed that finds it. */
  readonly laws: readonly [string, ...string[]]
  /** The file it changes, relative to the root of the checkout. */
  readonly file: string
  /** Text that occurs exactly once there. */
  readonly find: string
  readonly replace: string
}

/**
 * The text with the bug in it.
 *
 * @throws Error when `find` does not occur exactly once, or changes nothing.
 */
export const planted = (text: string, { name, file, find, replace }: PlantedBug): string => {
  const times = find === '' ? 0 : text.split(find).length - 1
  if (times !== 1) throw new Error(`${name}: "${find}" occurs ${times} times in ${file}, must be once`)
  if (find === replace) throw new Error(`${name}: changes nothing in ${file}`)
  return text.replace(find, () => replace)
}

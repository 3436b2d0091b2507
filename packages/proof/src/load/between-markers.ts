/**
 * A page with what stands between `<!-- name:begin -->` and `<!-- name:end -->` replaced.
 *
 * @throws Error when the page does not have each of both markers once, in this order.
 */
export const betweenMarkers = (page: string, name: string, text: string): string => {
  const [begin, end] = [`<!-- ${name}:begin -->`, `<!-- ${name}:end -->`]
  const from = page.indexOf(begin)
  const to = page.indexOf(end)
  if (from < 0 || to < from || page.indexOf(begin, from + 1) >= 0 || page.indexOf(end, to + 1) >= 0)
    throw new Error(`expected ${begin} and then ${end}, each once`)
  return `${page.slice(0, from + begin.length)}\n${text}\n${page.slice(to)}`
}

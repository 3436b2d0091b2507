import ts from 'typescript'
import { nodes } from '../../house/nodes.ts'

/** A stretch of a file that runs as a whole: the body of a function or of a branch. */
export interface Stretch {
  readonly id: number
  readonly file: string
  readonly start: number
  readonly end: number
}

/** A file that tells what of it runs, in the global set `PROBES`. */
export interface Probed {
  readonly text: string
  readonly stretches: readonly Stretch[]
}

const MARK = (id: number): string => `(globalThis.PROBES ??= new Set()).add(${id})`

// Conditional expressions too: a fault in one arm matters only to tests that come there.
const isArm = (node: ts.Node): boolean =>
  ts.isConditionalExpression(node.parent) && (node.parent.whenTrue === node || node.parent.whenFalse === node)

const isBody = (node: ts.Node): boolean =>
  (ts.isBlock(node) && !ts.isSourceFile(node.parent)) ||
  (ts.isStatement(node) && !ts.isBlock(node) && ts.isIfStatement(node.parent))

const isExpressionBody = (node: ts.Node): boolean =>
  ts.isArrowFunction(node.parent) && node.parent.body === node && !ts.isBlock(node)

/** Puts a probe into every stretch of a file. `first`: the id of its first stretch. */
export const probed = (file: string, text: string, first: number): Probed => {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true)
  const stretches: Stretch[] = []
  const insertions: { readonly at: number; readonly order: number; readonly text: string }[] = []
  const put = (at: number, order: number, what: string): void =>
    void insertions.push({ at, order, text: what })
  for (const node of nodes(source)) {
    if (node.parent === undefined) continue
    const start = node.getStart(source)
    const id = first + stretches.length
    if (isArm(node) || isExpressionBody(node)) {
      // Wraps from the outside in: of two that begin at one place the outer opens first and closes last.
      put(start, stretches.length, `(${MARK(id)}, `)
      put(node.end, -stretches.length, ')')
    } else if (ts.isBlock(node)) {
      put(start + 1, 0, `${MARK(id)};`)
    } else if (isBody(node)) {
      put(start, stretches.length, `{${MARK(id)};`)
      put(node.end, -stretches.length, '}')
    } else continue
    stretches.push({ id, file, start, end: node.end })
  }
  let out = ''
  let last = 0
  for (const { at, text: what } of insertions.sort((a, b) => a.at - b.at || a.order - b.order)) {
    out += text.slice(last, at) + what
    last = at
  }
  return { text: out + text.slice(last), stretches }
}

/** The ids of the innermost stretch around a place; of all stretches of its file, where none is around it. */
export const around = (
  stretches: readonly Stretch[],
  place: { readonly file: string; readonly start: number; readonly end: number },
): readonly number[] => {
  const ofFile = stretches.filter((s) => s.file === place.file)
  const holding = ofFile.filter((s) => s.start <= place.start && place.end <= s.end)
  const inner = holding.toSorted((a, b) => a.end - a.start - (b.end - b.start))[0]
  return inner === undefined ? ofFile.map((s) => s.id) : [inner.id]
}

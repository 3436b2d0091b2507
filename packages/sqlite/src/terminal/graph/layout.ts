import { Graph, layout } from '@dagrejs/dagre'
import type { FlowDescription } from '@xconnector/core'
import { plain } from '../plain.js'
import { cutTo, widthOf } from '../width.js'
import { type Box, hopId } from './box.js'

/** A place in a drawing: pixels. */
export interface Point {
  readonly x: number
  readonly y: number
}

/** A box, and where its middle is. */
export interface Placed extends Point {
  readonly box: Box
}

/** A way from one box to another. */
export interface Way {
  readonly points: readonly Point[]
  readonly label?: { readonly text: string; readonly at: Point }
}

/** A drawing without its looks. */
export interface Layout {
  readonly width: number
  readonly height: number
  readonly boxes: readonly Placed[]
  readonly ways: readonly Way[]
}

interface Edge {
  readonly from: string
  readonly to: string
  readonly label?: string
}

const LABEL = 6.2

/** Puts the boxes of a flow into layers, from left to right. */
export const layOut = (flow: FlowDescription, boxes: readonly Box[]): Layout => {
  const graph = new Graph({ directed: true, multigraph: true })
  graph.setGraph({ rankdir: 'LR', nodesep: 28, ranksep: 52, edgesep: 14, marginx: 16, marginy: 16 })
  for (const { id, width, height } of boxes) graph.setNode(id, { width, height })
  const edges = edgesOf(flow).filter(({ from, to }) => graph.hasNode(from) && graph.hasNode(to))
  for (const [i, { from, to, label }] of edges.entries()) {
    const size =
      label === undefined ? { width: 0, height: 0 } : { width: widthOf(label) * LABEL + 8, height: 16 }
    graph.setEdge(from, to, { ...size, labelpos: 'c' }, String(i))
  }
  layout(graph)
  const { width = 0, height = 0 } = graph.graph() as { readonly width?: number; readonly height?: number }
  return {
    width: Math.ceil(Number.isFinite(width) ? width : 0),
    height: Math.ceil(Number.isFinite(height) ? height : 0),
    boxes: boxes.map((box) => {
      const { x, y } = graph.node(box.id) as Point
      return { box, x, y }
    }),
    ways: edges.map(({ from, to, label }, i): Way => {
      const edge = graph.edge(from, to, String(i)) as Point & { readonly points: readonly Point[] }
      return {
        points: edge.points,
        ...(label !== undefined && { label: { text: label, at: { x: edge.x, y: edge.y } } }),
      }
    }),
  }
}

const edgesOf = (flow: FlowDescription): readonly Edge[] => [
  ...(flow.source === undefined ? [] : [{ from: 'source', to: hopId(flow.first) }]),
  ...flow.hops.flatMap((hop) =>
    hop.next.map((next): Edge => ({
      from: hopId(hop.name),
      to: hopId(next.hop),
      ...(next.label !== undefined && { label: cutTo(plain(next.label), 24) }),
    })),
  ),
]

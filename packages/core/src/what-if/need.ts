/** What has to be told before a message can be followed any further. */
export interface Need {
  /**
   * `read`: what a read would give. `reply`: what a target would answer, for something is made of it. `once`: what an
   * effect of `ctx.once` would give. `call`: a remote is called by no step of the flow, inside another one's function.
   */
  readonly what: 'read' | 'reply' | 'once' | 'call'
  /** Of the step, of the `once`, of the destination. */
  readonly name: string
  readonly hop: string
}

/** What to do about it. */
export const remedy = ({ what, name }: Need): string => {
  if (what === 'once') return `give once: { ${JSON.stringify(name)}: … }`
  if (what === 'call')
    return `destination ${JSON.stringify(name)} is called by no step of the flow: make it a step, and give its reply`
  const real = what === 'read' ? `, or reads: 'real'` : ''
  return `give replies: { ${JSON.stringify(name)}: … }${real}`
}

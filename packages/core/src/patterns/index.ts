// Integration patterns: each one a step, a target, a source or a part of a flow, to be given to the builder.
export {}

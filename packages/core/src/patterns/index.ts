// Integration patterns: each one a step, a target, a source or a part of a flow, to be given to the builder.
export { delayUntil } from './delay-until.js'
export { divertTo, type Diverted } from './divert-to.js'
export { recipients, type Choosing, type RecipientsOptions } from './recipients.js'
export { wireTap } from './wire-tap.js'

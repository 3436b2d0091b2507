import { failure } from '../../../src/index.js'

/** A refusal that may pass. */
export class Forced extends failure('Forced', 'transient')<{ readonly nth?: number }> {}
/** Two permanent failures, to be told apart by rules. */
export class ErrA extends failure('ErrA', 'permanent')<{ readonly user?: string }> {}
export class ErrB extends failure('ErrB', 'permanent')<object> {}
export class Tech extends failure('Tech', 'permanent')<object> {}
export class Func extends failure('Func', 'permanent')<{ readonly payload?: string }> {}
/** Input and output: two tags, the second a special case of the first in the ported tests. */
export class IO extends failure('IO', 'transient')<object> {}
export class Connect extends failure('Connect', 'transient')<object> {}

// What a runtime tells of a batch run is what a progress bar shows.
import type { Deployable, Runtime } from '../../src/index.js'
import { progressBar, type ProgressBar } from '../../src/patterns/progress-bar.js'

declare const runtime: Runtime
declare const nightly: Deployable & { readonly name: string }

export const bar = (): ProgressBar => progressBar({ poll: () => runtime.progress(nightly) })
// @ts-expect-error a count alone is no progress
progressBar({ poll: () => ({ done: 1 }) })

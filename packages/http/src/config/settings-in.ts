import { isSetting, type Setting } from '@xconnector/core'

/** The settings among some options: what a runtime checks at start. */
export const settingsIn = (options: readonly unknown[]): readonly Setting<unknown>[] =>
  options.filter(isSetting)

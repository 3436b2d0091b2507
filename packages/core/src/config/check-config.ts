import { ConfigInvalid, type ConfigProblem } from '../failure/config-invalid.js'
import type { Setting } from './setting.js'

/**
 * Reads every setting, and reports all that are missing or wrong at once: one problem a variable, in the order given.
 * Undefined when there is none.
 */
export const checkConfig = (
  settings: Iterable<Setting<unknown>>,
  overrides?: Readonly<Record<string, string>>,
): ConfigInvalid | undefined => {
  const problems = new Map<string, ConfigProblem>()
  for (const setting of settings) for (const p of problemsOf(setting, overrides)) problems.set(p.variable, p)
  return problems.size === 0 ? undefined : new ConfigInvalid([...problems.values()])
}

const problemsOf = (
  setting: Setting<unknown>,
  overrides: Readonly<Record<string, string>> | undefined,
): readonly ConfigProblem[] => {
  try {
    setting.read(overrides)
    return []
  } catch (thrown) {
    // By tag: the setting may come from another copy of the package.
    if (thrown instanceof Error && (thrown as Partial<ConfigInvalid>)._tag === 'ConfigInvalid')
      return (thrown as ConfigInvalid).problems
    throw thrown
  }
}

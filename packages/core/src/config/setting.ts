/** The mark of a setting: shared by all copies of this package in a process. */
const SETTING: unique symbol = Symbol.for('xconnector.setting') as never

/** One variable of the configuration, read when it is asked for. */
export interface Setting<out A> {
  readonly [SETTING]: true
  /** The variable's name. */
  readonly variable: string
  /**
   * Reads the variable, from `overrides` if it is there, else from its source.
   *
   * @throws ConfigInvalid when it is missing or wrong.
   */
  read(overrides?: Readonly<Record<string, string>>): A
}

/** A setting of one variable. */
export const setting = <A>(
  variable: string,
  read: (overrides?: Readonly<Record<string, string>>) => A,
): Setting<A> => Object.freeze({ [SETTING]: true as const, variable, read })

/** Whether a value is a setting, of this copy of the package or another. */
export const isSetting = (value: unknown): value is Setting<unknown> =>
  typeof value === 'object' && value !== null && SETTING in value

/**
 * The value of an option that takes either a value or a setting.
 *
 * @throws ConfigInvalid when it is a setting whose variable is missing or wrong.
 */
export const readSetting = <A>(option: A | Setting<A>, overrides?: Readonly<Record<string, string>>): A =>
  isSetting(option) ? option.read(overrides) : option

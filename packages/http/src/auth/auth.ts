import type { May, Setting } from '@xconnector/core'

/** What a call authenticates with. */
export interface Credentials {
  /** Headers to send; they win over a client's and a target's own. */
  readonly headers: Readonly<Record<string, string>>
  /** The secret texts in them: never shown in failures, logs and previews. */
  readonly secrets: readonly string[]
}

/** How a client authenticates. A port: packages bring their own. */
export interface Auth {
  /** Lower-case names of the headers it sets; they never go to another host. */
  readonly headers: readonly string[]
  /** What it reads from the configuration: checked when a runtime starts. */
  readonly settings?: readonly Setting<unknown>[]
  /** Asked before each call. A rejection means that nothing is sent: `ConnectFailed`, transient. */
  credentials(config: Readonly<Record<string, string>>): May<Credentials>
}

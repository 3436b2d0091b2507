import { Failure, type FileRef } from '@xconnector/core'

/** The reference is of another provider, or leads to another host than the stack's own asset hosts: nothing is opened. */
export class ForeignFile extends Failure<'ForeignFile', 'permanent'> {
  readonly provider: string
  /** The host that the reference leads to; empty where it is no URL. */
  readonly host: string

  constructor(file: FileRef, known: readonly string[]) {
    const host = URL.canParse(file.id) ? new URL(file.id).host : ''
    super(
      'ForeignFile',
      'permanent',
      `a file of the provider "${file.provider}" at "${host}" is not opened: the stack's files are at ${known.join(', ')}`,
    )
    this.provider = file.provider
    this.host = host
  }
}

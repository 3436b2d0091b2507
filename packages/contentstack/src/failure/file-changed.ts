import { Failure, type FileRef } from '@xconnector/core'

/** What is served at the file's URL is not the file of the reference: it has another size, or another range was given. */
export class FileChanged extends Failure<'FileChanged', 'permanent'> {
  /** The file's URL, without its query. */
  readonly file: string
  readonly version: string

  constructor(file: FileRef, what: string) {
    const url = file.id.replace(/[?#].*$/s, '')
    super('FileChanged', 'permanent', `the file ${url} in version ${file.version} ${what}`)
    this.file = url
    this.version = file.version
  }
}

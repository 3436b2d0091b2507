import { Failure } from '../../failure/failure.js'

/** A message came for a group that was complete already, and its key is remembered as closed. */
export class GroupClosed extends Failure<'GroupClosed', 'permanent'> {
  /** The name of the pattern. */
  readonly at: string
  /** The key of the group. */
  readonly group: string

  constructor(at: string, group: string) {
    super('GroupClosed', 'permanent', `"${at}": the group "${group.slice(0, SHOWN)}" is complete and closed`)
    this.at = at
    this.group = group
  }
}

const SHOWN = 80

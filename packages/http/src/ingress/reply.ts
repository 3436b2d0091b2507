/** What an ingress answers, before it is written to a response of either kind. */
export interface Reply {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Uint8Array
  /** The connection cannot be used again: the rest of the request is not read. */
  readonly close?: true
}

/** 202: the message with this id is stored. A repeat gets the same answer as the first. */
export const accepted = (id: string): Reply => ({
  status: 202,
  headers: JSON_TYPE,
  body: `{"id":${JSON.stringify(id)}}`,
})

/** 202: the messages with these ids are stored, in the order in which they stood in the body. */
export const acceptedAll = (ids: readonly string[]): Reply => ({
  status: 202,
  headers: JSON_TYPE,
  body: JSON.stringify({ ids }),
})

/** 204: believed, and not wanted. */
export const NOT_WANTED: Reply = { status: 204, headers: {}, body: '' }

const JSON_TYPE: Reply['headers'] = Object.freeze({ 'content-type': 'application/json' })

import { decodeWith, type AnyDecoder, type Effect, type Tagged } from '@xconnector/core'
import type { Whole } from './answered.js'
import { isBytes } from './body.js'
import type { ClientSettings } from './client-settings.js'
import { concluder } from './conclude.js'
import type { RemoteOptions, ResponseOption } from './remote-options.js'
import { replyReader, wholeReader } from './reply-reader.js'
import { bytesSender } from './send-bytes.js'
import { jsonSender } from './send-json.js'
import type { Sender } from './sender.js'

/** What sends the requests of a declaration: by what its body is, and by what it makes of an answer. */
export const senderOf = <P extends string, A, R extends ResponseOption, E extends Tagged, B>(
  client: ClientSettings,
  { body, response, integers }: Pick<RemoteOptions<P, A, R, E>, 'body' | 'response' | 'integers'>,
  method: string,
  effect: Effect,
): Sender<B> => {
  const all = isWhole(response)
  const decoder: AnyDecoder | undefined = all ? response.whole : response
  const read = replyReader(
    decoder === undefined ? undefined : decodeWith(decoder),
    integers ?? client.integers,
  )
  const conclude = concluder<B>(client, all ? wholeReader(read) : read)
  return (isBytes(body) ? bytesSender : jsonSender)<B>(client, method, effect, conclude)
}

const isWhole = (response: ResponseOption): response is Whole<AnyDecoder | undefined> =>
  typeof response === 'object' && response !== null && 'whole' in response

import { describe, expect, test } from 'vitest'
import {
  CallContext,
  config,
  Secret,
  secret,
  silentLogger,
  systemClock,
  type Setting,
} from '@xconnector/core'
import {
  apiKey,
  bearer,
  sharedToken,
  signStandardWebhook,
  standardWebhooks,
  type Verifier,
} from '../../src/index.js'

const wrong = { 'not base64': 'whsec_not base64!', 'too short': 'whsec_YQ==', blank: ' ' }
const verifiers: readonly (readonly [string, (from: Setting<Secret>) => Verifier])[] = [
  ['standardWebhooks secret', (from) => standardWebhooks({ secret: from })],
  ['standardWebhooks secrets', (from) => standardWebhooks({ secrets: [from] })],
]

const messageOf = (f: () => unknown): string => {
  try {
    f()
  } catch (thrown) {
    return (thrown as Error).message
  }
  throw new Error('expected it to throw')
}

const CALL = Object.assign(
  new CallContext(
    { clock: systemClock, ids: { next: () => 'id' }, log: silentLogger, config: {} },
    'a test',
    {},
  ),
  { fetch: () => Promise.reject(new Error('nothing is fetched here')) },
)

describe('a secret that is wrong is told of by the variable that it came from, and never shown', () => {
  test.each(verifiers)('%s', (_name, made) => {
    for (const text of Object.values(wrong)) {
      const { HOOK_SECRET } = config({ HOOK_SECRET: secret }, { HOOK_SECRET: text })
      const message = messageOf(() => made(HOOK_SECRET).start!({}))
      expect(message).toContain('from the variable HOOK_SECRET')
      expect(message).toContain('standardWebhooks secret')
    }
  })

  test('the text itself is in no message', () => {
    for (const text of [wrong['not base64'], wrong['too short']])
      expect(messageOf(() => standardWebhooks({ secret: text }))).not.toContain(text.slice('whsec_'.length))
  })

  test('the value of an override counts too', () => {
    const { HOOK_SECRET } = config({ HOOK_SECRET: secret }, {})
    const verifier = standardWebhooks({ secret: HOOK_SECRET })
    expect(messageOf(() => verifier.start!({ HOOK_SECRET: wrong['not base64'] }))).toBe(
      'standardWebhooks secret from the variable HOOK_SECRET: expected "whsec_" and the base64 of 24 to 64 bytes, got what is not base64',
    )
  })

  test('a shared token that is blank', () => {
    const { TOKEN } = config({ TOKEN: secret }, { TOKEN: ' ' })
    expect(messageOf(() => sharedToken({ header: 'x-t', token: TOKEN }).start!({}))).toContain(
      'variable TOKEN',
    )
  })

  test('one that ends in a line break, as read from a file, whether it is sent or awaited', () => {
    const { TOKEN } = config({ TOKEN: secret }, { TOKEN: 'hush\n' })
    const uses = [
      () => sharedToken({ header: 'x-t', token: TOKEN }).start!({}),
      () => bearer(TOKEN).credentials({}, CALL),
      () => apiKey({ header: 'x-k', key: TOKEN }).credentials({}, CALL),
    ]
    for (const use of uses) {
      const message = messageOf(use)
      expect(message).toMatch(/^(sharedToken token|bearer token|apiKey key): .*from the variable TOKEN;/)
      expect(message).not.toContain('hush')
    }
  })

  test('a secret that was read before keeps its name', () => {
    const { HOOK_SECRET } = config({ HOOK_SECRET: secret }, { HOOK_SECRET: wrong['too short'] })
    expect(messageOf(() => standardWebhooks({ secret: HOOK_SECRET.read() }))).toMatch(
      /^standardWebhooks secret from HOOK_SECRET: .* got 1 bytes$/,
    )
    const signing = { secret: HOOK_SECRET.read(), id: 'm', timestamp: 1, body: '' }
    expect(messageOf(() => signStandardWebhook(signing))).toContain(
      'signStandardWebhook secret from HOOK_SECRET',
    )
  })

  test('one that nobody named is told of by its option alone', () => {
    expect(messageOf(() => standardWebhooks({ secret: new Secret(wrong['too short']) }))).toMatch(
      /^standardWebhooks secret: expected/,
    )
  })
})

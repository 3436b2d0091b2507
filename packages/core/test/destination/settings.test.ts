import { describe, expect, it } from 'vitest'
import { createDestination } from '../../src/destination/create-destination.js'
import { settingsOf, type DestinationOptions } from '../../src/destination/settings.js'
import { virtualClock } from '../../src/testing/virtual-clock.js'

const wrong: readonly (readonly [object, string])[] = [
  [{ name: '' }, 'destination: name: expected a text that is not empty, got ""'],
  [{ name: '  ' }, 'destination: name: expected a text that is not empty, got "  "'],
  [{}, 'destination: name: expected a text that is not empty, got undefined'],
  [{ concurrency: 0 }, 'destination "a": concurrency: expected a whole number of at least 1, got 0'],
  [{ concurrency: -3 }, 'destination "a": concurrency: expected a whole number of at least 1, got -3'],
  [{ concurrency: 1.5 }, 'destination "a": concurrency: expected a whole number of at least 1, got 1.5'],
  [
    { concurrency: Number.NaN },
    'destination "a": concurrency: expected a whole number of at least 1, got NaN',
  ],
  [
    { concurrency: Infinity },
    'destination "a": concurrency: expected a whole number of at least 1, got Infinity',
  ],
  [{ concurrency: '4' }, 'destination "a": concurrency: expected a whole number of at least 1, got "4"'],
  [
    { rate: { limit: 0, per: '1s' } },
    'destination "a": rate.limit: expected a whole number of at least 1, got 0',
  ],
  [
    { rate: { limit: 1, per: '0s' } },
    'destination "a": rate.per: expected a duration longer than 0, and finite, got "0s"',
  ],
  [
    { rate: { limit: 1, per: 'soon' } },
    'destination "a": rate.per: expected a duration like \'30s\' or \'24h\', got "soon"',
  ],
  [
    { rate: { limit: 1 } },
    "destination \"a\": rate.per: expected a duration like '30s' or '24h', got undefined",
  ],
  [
    { concurrency: { adaptive: 8 } },
    'destination "a": concurrency: expected a number or { adaptive: { min, max } }, got 8',
  ],
  [
    { concurrency: {} },
    'destination "a": concurrency: expected a number or { adaptive: { min, max } }, got undefined',
  ],
  [
    { concurrency: { adaptive: { min: 0 } } },
    'destination "a": concurrency.adaptive.min: expected a whole number of at least 1, got 0',
  ],
  [
    { concurrency: { adaptive: { min: 8, max: 4 } } },
    'destination "a": concurrency.adaptive.max: expected at least min (8), got 4',
  ],
  [
    { concurrency: { adaptive: { max: 8, initial: 9 } } },
    'destination "a": concurrency.adaptive.initial: expected between 1 and 8, got 9',
  ],
  [
    { concurrency: { adaptive: { backoff: 1 } } },
    'destination "a": concurrency.adaptive.backoff: expected a share between 0 and 1, got 1',
  ],
  [
    { retryBudget: { share: -1 } },
    'destination "a": retryBudget.share: expected a number of at least 0, got -1',
  ],
  [
    { retryBudget: { perSecond: 0 } },
    'destination "a": retryBudget.perSecond: expected a number of at least 0.1, got 0',
  ],
  [
    { retryBudget: { perSecond: Infinity } },
    'destination "a": retryBudget.perSecond: expected a number of at least 0.1, got Infinity',
  ],
  [{ whenParked: 'cry' }, `destination "a": whenParked: expected 'wait' or 'fail', got "cry"`],
  [
    { circuit: { failures: 0 } },
    'destination "a": circuit.failures: expected a whole number of at least 1, got 0',
  ],
  [
    { circuit: { open: '0ms' } },
    'destination "a": circuit.open: expected a duration longer than 0, and finite, got "0ms"',
  ],
  [
    { circuit: { open: '5s', maxOpen: '4s' } },
    'destination "a": circuit.maxOpen: expected at least circuit.open (5000 ms), got "4s"',
  ],
]

describe('the options of a destination', () => {
  it.each(wrong)('that make no sense are refused: %j', (options, message) => {
    const given = (
      'name' in options || Object.keys(options).length === 0 ? options : { name: 'a', ...options }
    ) as DestinationOptions
    expect(() => createDestination(given)).toThrow(new TypeError(message))
  })

  it('have defaults', () => {
    expect(settingsOf({ name: 'a' })).toMatchObject({
      name: 'a',
      concurrency: 16,
      adaptive: undefined,
      retryBudget: { share: 0.2, perSecond: 10 },
      rate: undefined,
      whenParked: 'wait',
      circuit: { failures: 5, open: 1000, maxOpen: 60_000 },
    })
  })

  it.each([
    [{}, { concurrency: 16, adaptive: { min: 1, max: 128, backoff: 0.7 } }],
    [{ max: 4 }, { concurrency: 4, adaptive: { min: 1, max: 4, backoff: 0.7 } }],
    [{ min: 200 }, { concurrency: 200, adaptive: { min: 200, max: 200, backoff: 0.7 } }],
    [
      { min: 2, initial: 3 },
      { concurrency: 3, adaptive: { min: 2, max: 128, backoff: 0.7 } },
    ],
  ])('of an adaptive limit have defaults within its bounds: %j', (adaptive, expected) => {
    expect(settingsOf({ name: 'a', concurrency: { adaptive } })).toMatchObject(expected)
  })

  it('let open alone be longer than the default of maxOpen', () => {
    expect(settingsOf({ name: 'a', circuit: { open: '5m' } }).circuit).toEqual({
      failures: 5,
      open: 300_000,
      maxOpen: 300_000,
    })
  })
})

describe('a destination', () => {
  it('has one gate for each clock, so that a test meets a fresh remote', () => {
    const site = createDestination({ name: 'site' })
    const [a, b] = [virtualClock(), virtualClock()]
    expect(site.gate(a)).toBe(site.gate(a))
    expect(site.gate(a)).not.toBe(site.gate(b))
  })

  it('has one gate for all parts of a clock', () => {
    const site = createDestination({ name: 'site' })
    const clock = virtualClock()
    expect(site.gate(clock.scope('one'))).toBe(site.gate(clock))
    expect(site.gate(clock.scope('two'))).toBe(site.gate(clock))
  })

  it('shows its name and what a call does while it is parked', () => {
    expect(createDestination({ name: 'site', whenParked: 'fail' })).toMatchObject({
      name: 'site',
      whenParked: 'fail',
    })
    expect(createDestination({ name: 'site' }).whenParked).toBe('wait')
  })
})

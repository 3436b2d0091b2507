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
      rate: undefined,
      whenParked: 'wait',
      circuit: { failures: 5, open: 1000, maxOpen: 60_000 },
    })
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

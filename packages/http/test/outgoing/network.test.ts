import { describe, expect, test } from 'vitest'
import { endpointAt, receiver, sending } from './receiver.js'

describe('URLs come from data', () => {
  test('so an address inside is never called, however it is spelled', async () => {
    await using to = await receiver()
    const { port } = new URL(to.url)
    const hosts = [
      '127.0.0.1',
      'localhost',
      '2130706433',
      '0x7f.1',
      '[::1]',
      '[::ffff:127.0.0.1]',
      '169.254.169.254',
    ]
    for (const host of hosts) {
      using s = sending([endpointAt(`http://${host}:${port}/`)], { addresses: 'public', plaintext: true })
      const result = await s.send()
      expect({ host, result }).toMatchObject({ result: { _tag: 'Left', left: { _tag: 'ConnectFailed' } } })
    }
    expect(to.got).toEqual([])
  })

  test('which is the default', async () => {
    await using to = await receiver()
    const { addresses: _addresses, ...rest } = { addresses: undefined, plaintext: true }
    using s = sending([endpointAt(to.url)], { ...rest, addresses: undefined as never })
    expect(await s.send()).toMatchObject({ _tag: 'Left', left: { _tag: 'ConnectFailed' } })
    expect(to.got).toEqual([])
  })

  test('http to another machine is refused before anything is looked up', async () => {
    using s = sending([endpointAt('http://receiver.example/')])
    expect(await s.send()).toMatchObject({ _tag: 'Left', left: { _tag: 'StepFailed' } })
    expect(s.endpoint().failing).toBeUndefined()
  })
})

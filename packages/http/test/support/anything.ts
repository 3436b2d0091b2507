import { constantFrom, oneof, string, type Arbitrary } from 'fast-check'

/** Texts that a stranger could send as a header. */
export const anything = (): Arbitrary<string> =>
  oneof(
    string({ maxLength: 300 }),
    constantFrom(
      't=1,v1=',
      't=1700000000,t=1700000000,v1=00',
      'v1,AAAA v1a,AAAA',
      'sha256=',
      `sha256=${'0'.repeat(64)}`,
      '-1',
      '1e9',
      '0x655',
      '999999999999999999999',
      '2023-02-30T00:00:00Z',
      '__proto__',
      ' '.repeat(1000),
      ','.repeat(1000),
    ),
  )

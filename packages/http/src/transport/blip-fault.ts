import type { Exchange } from '../outcome/exchange.js'

/** What the quick retry is told of an exchange that it may mend: axios-retry looks at errors only. */
export class BlipFault extends Error {
  readonly exchange: Exchange
  /** By which axios-retry sends it again. */
  readonly config: object

  constructor(exchange: Exchange, config: object) {
    super(exchange.as)
    this.name = 'BlipFault'
    this.exchange = exchange
    this.config = config
  }
}

/** Why no connection came about, where we know it better than the platform. Carries a code, and no data. */
export class NetworkFault extends Error {
  readonly code: NetworkFaultCode

  constructor(code: NetworkFaultCode) {
    super(code)
    this.name = 'NetworkFault'
    this.code = code
  }
}

/** The codes of faults that are ours to find. `connectFault` says what they mean. */
export type NetworkFaultCode =
  | 'ADDRESS_REFUSED'
  | 'ADDRESS_BEHIND_PROXY'
  | 'PROXY_AUTHENTICATION_REQUIRED'
  | 'PROXY_REFUSED'
  | 'PROXY_UNREACHABLE'
  | 'PROXY_SETTINGS'
  | 'TLS_SETTINGS'
  | 'CONNECT_TIMEOUT'

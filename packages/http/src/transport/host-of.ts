/** A base URL in parts, as requests need them. */
export interface Host {
  readonly origin: string
  readonly protocol: string
  /** Without the brackets of an IPv6 address. */
  readonly hostname: string
  readonly port: string | undefined
  /** Stands before every path; without a slash at its end. */
  readonly path: string
}

/** The parts of a base URL; a function that remembers those that it saw last, since a client has one. */
export const hostReader = (): ((baseUrl: string) => Host) => {
  let last: { readonly baseUrl: string; readonly host: Host } | undefined
  return (baseUrl) => {
    if (last?.baseUrl !== baseUrl) last = { baseUrl, host: hostOf(baseUrl) }
    return last.host
  }
}

const hostOf = (baseUrl: string): Host => {
  const { origin, protocol, hostname, port, pathname } = new URL(baseUrl)
  return {
    origin,
    protocol,
    hostname: hostname.startsWith('[') ? hostname.slice(1, -1) : hostname,
    port: port === '' ? undefined : port,
    path: pathname.replace(/\/+$/, ''),
  }
}

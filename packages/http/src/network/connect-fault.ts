/** What a code of a connection that did not come about means. */
export interface ConnectFault {
  /** `permanent`: the next attempt will meet the same. */
  readonly kind: 'transient' | 'permanent'
  /** What was wrong, and what to do about it. */
  readonly what: string
  /** Whether the one address was at fault, and not the destination. */
  readonly ours?: true
}

/**
 * What a code of the platform's or of OpenSSL's means: certificates, protocol versions, proxies and refused addresses by
 * name. `undefined`: nothing more is known of it than the code, such as `ECONNREFUSED`, and it may pass.
 */
export const connectFault = (code: string): ConnectFault | undefined => {
  const own = NAMED.get(code)
  if (own !== undefined) return own
  const [, alert] = ALERT.exec(code) ?? []
  if (alert !== undefined) return ALERTS.get(alert)
  if (VERSION.test(code)) return OLD_PROTOCOL
  return undefined
}

/**
 * Whether a code tells by itself that the handshake, or what comes before it, failed: nothing of a request can have been
 * read. In TLS 1.3 our side may be done with the handshake when the other refuses our certificate.
 */
export const isHandshakeFault = (code: string): boolean =>
  (NAMED.has(code) && !code.startsWith('ERR_SSL_')) || ALERT.test(code)

const permanent = (what: string): ConnectFault => ({ kind: 'permanent', what })
const transient = (what: string): ConnectFault => ({ kind: 'transient', what })

const UNKNOWN_ISSUER = permanent(
  'the issuer of its certificate is not known: give the CA in `tls.ca`, or have the remote send its intermediate certificates',
)
const SELF_SIGNED = permanent(
  'its certificate is self-signed: if it is the right one, give the certificate or its CA in `tls.ca`',
)
const UNFIT = permanent('its certificate or one above it is not valid for a server')
const OLD_PROTOCOL = permanent(
  'no TLS version or cipher is supported by both sides: see `tls.minVersion`, and whether that port speaks TLS',
)

const NAMED: ReadonlyMap<string, ConnectFault> = new Map([
  ['CERT_HAS_EXPIRED', permanent('its certificate has expired: the remote must renew it')],
  [
    'CERT_NOT_YET_VALID',
    transient(
      'its certificate is not valid yet: one of the two clocks is wrong, or it was installed too early',
    ),
  ],
  ['CERT_REVOKED', permanent('its certificate has been revoked')],
  [
    'ERR_TLS_CERT_ALTNAME_INVALID',
    permanent(
      'its certificate is for another host name: correct baseUrl, or name the host of the certificate in `tls.servername`',
    ),
  ],
  ['HOSTNAME_MISMATCH', permanent('its certificate is for another host name')],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', SELF_SIGNED],
  ['SELF_SIGNED_CERT_IN_CHAIN', UNKNOWN_ISSUER],
  ['UNABLE_TO_GET_ISSUER_CERT', UNKNOWN_ISSUER],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', UNKNOWN_ISSUER],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', UNKNOWN_ISSUER],
  ['CERT_UNTRUSTED', UNKNOWN_ISSUER],
  ['CERT_REJECTED', UNFIT],
  ['CERT_SIGNATURE_FAILURE', UNFIT],
  ['CERT_CHAIN_TOO_LONG', UNFIT],
  ['INVALID_CA', UNFIT],
  ['INVALID_PURPOSE', UNFIT],
  ['PATH_LENGTH_EXCEEDED', UNFIT],
  ['ERR_SSL_EE_KEY_TOO_SMALL', UNFIT],
  ['ERR_SSL_CA_KEY_TOO_SMALL', UNFIT],
  ['ERR_SSL_CA_MD_TOO_WEAK', UNFIT],
  [
    'ERR_SSL_WRONG_VERSION_NUMBER',
    permanent('that port does not speak TLS: is baseUrl meant to begin with http:, or is the port another?'),
  ],
  ['ERR_SSL_PACKET_LENGTH_TOO_LONG', permanent('that port does not speak TLS: is the port another?')],
  ['ERR_SSL_HTTP_REQUEST', permanent('that port does not speak TLS: is the port another?')],
  [
    'ADDRESS_REFUSED',
    { kind: 'permanent', ours: true, what: 'its address, host or port is not one that `addresses` allows' },
  ],
  [
    'ADDRESS_BEHIND_PROXY',
    {
      kind: 'permanent',
      ours: true,
      what: '`addresses` cannot see through a proxy: say proxy: false, or leave the choice of addresses to the proxy',
    },
  ],
  [
    'PROXY_AUTHENTICATION_REQUIRED',
    permanent(
      'the proxy asked for credentials, or refused those that it was given (407): see the option `proxy`',
    ),
  ],
  ['PROXY_REFUSED', transient('the proxy refused to connect, or could not')],
  ['PROXY_UNREACHABLE', transient('the proxy could not be reached')],
  ['PROXY_SETTINGS', permanent('the address of the proxy is no http or https URL: see the option `proxy`')],
  [
    'TLS_SETTINGS',
    transient('the certificates in the option `tls` could not be read, or do not fit together'),
  ],
  ['CONNECT_TIMEOUT', transient('no connection stood in time')],
])

const REFUSED_CERTIFICATE = permanent(
  'the remote refused our certificate: see `tls.cert` and `tls.key`, and whether its issuer is known over there',
)
const HANDSHAKE = permanent(
  'the remote refused the TLS handshake: it may want a client certificate (`tls.cert` and `tls.key`), another host name or another version',
)

// RFC 8446, section 6.2, by the names that OpenSSL gives them. What the remote alerts us of has failed on its side.
const ALERT =
  /^ERR_SSL_(?:[A-Z0-9_]*ALERT_|TLSV1_)(CERTIFICATE_REQUIRED|NO_CERTIFICATE|BAD_CERTIFICATE|UNSUPPORTED_CERTIFICATE|CERTIFICATE_REVOKED|CERTIFICATE_EXPIRED|CERTIFICATE_UNKNOWN|UNKNOWN_CA|ACCESS_DENIED|HANDSHAKE_FAILURE|PROTOCOL_VERSION|INSUFFICIENT_SECURITY|UNRECOGNIZED_NAME)$/
const ALERTS: ReadonlyMap<string, ConnectFault> = new Map([
  [
    'CERTIFICATE_REQUIRED',
    permanent('the remote requires a client certificate: give one in `tls.cert` and `tls.key`'),
  ],
  [
    'NO_CERTIFICATE',
    permanent('the remote requires a client certificate: give one in `tls.cert` and `tls.key`'),
  ],
  ['BAD_CERTIFICATE', REFUSED_CERTIFICATE],
  ['UNSUPPORTED_CERTIFICATE', REFUSED_CERTIFICATE],
  ['CERTIFICATE_REVOKED', permanent('the remote refused our certificate as revoked')],
  ['CERTIFICATE_EXPIRED', permanent('the remote refused our certificate as expired: renew `tls.cert`')],
  ['CERTIFICATE_UNKNOWN', REFUSED_CERTIFICATE],
  ['UNKNOWN_CA', permanent('the remote does not know the issuer of our certificate: see `tls.cert`')],
  ['ACCESS_DENIED', REFUSED_CERTIFICATE],
  ['HANDSHAKE_FAILURE', HANDSHAKE],
  ['PROTOCOL_VERSION', OLD_PROTOCOL],
  ['INSUFFICIENT_SECURITY', OLD_PROTOCOL],
  ['UNRECOGNIZED_NAME', permanent('the remote knows no such host name: see `tls.servername`')],
])
const VERSION =
  /^ERR_SSL_(?:UNSUPPORTED_PROTOCOL|NO_PROTOCOLS_AVAILABLE|NO_SHARED_CIPHER|NO_CIPHERS_AVAILABLE|VERSION_TOO_LOW|BAD_PROTOCOL_VERSION_NUMBER|TLSV1_ALERT_PROTOCOL_VERSION)$/

import type { Socket } from 'node:net'

/**
 * Has a TLS socket's errors carry OpenSSL's own code. Where something was being written, the platform says `EPROTO` only, and
 * leaves the reason to the message.
 */
export const namedByOpenssl = <S extends Socket>(socket: S): S =>
  socket.prependListener('error', (error: Error & { code?: string }) => {
    if (error.code !== 'EPROTO') return
    const [, reason] = REASON.exec(error.message) ?? []
    if (reason !== undefined) error.code = `ERR_SSL_${reason.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_')}`
  })

// As in `write EPROTO 40D7:error:0A00010B:SSL routines:tls_validate_record_header:wrong version number:../deps/…`.
const REASON = /:error:[0-9A-F]{1,16}:SSL routines:[^:]*:([^:]{1,48}):/

import type { Duration, May, Setting } from '@xconnector/core'
import type { SecretText } from '../config/secret-text.js'

/** PEM: a text, a masked one, one from configuration, or the path of a file that is read, and looked at again. */
export type Pem = SecretText | { readonly file: string | Setting<string> }

/** PKCS#12: bytes, or the path of a file that is read, and looked at again. */
export type Pfx = Uint8Array | { readonly file: string | Setting<string> }

/** How connections are secured. All of it is optional: without any, the platform's trusted roots and TLS 1.2 hold. */
export interface TlsOptions {
  /** Our certificate, for mutual TLS, with the intermediate ones behind it. */
  readonly cert?: Pem
  /** The private key of `cert`. */
  readonly key?: Pem
  /** Certificate and key in one, in the place of `cert` and `key`. */
  readonly pfx?: Pfx
  /** Of `key` or `pfx`. */
  readonly passphrase?: SecretText
  /** Private certificate authorities, or self-signed certificates, that are trusted. */
  readonly ca?: Pem | readonly Pem[]
  /** `'replace'`: only `ca` is trusted. Default `'add'`: the platform's roots are too. */
  readonly roots?: 'add' | 'replace'
  /** The host name that the remote's certificate must be for (and SNI). Default: the URL's host. */
  readonly servername?: string
  /** The oldest version of TLS that is spoken. Default `'TLSv1.2'`. */
  readonly minVersion?: 'TLSv1.2' | 'TLSv1.3'
  /** Turns the verification of the remote's certificate off: anybody can then read and change what is sent. */
  readonly insecure?: { readonly because: string }
  /** After how long files, or the function that gives these options, are looked at again. Default `'1m'`. */
  readonly reload?: Duration
}

/** TLS options, or a function that gives them: asked at the first connection, and again after `reload`. */
export type TlsSource = TlsOptions | (() => May<TlsOptions>)

/** A proxy for outbound connections. */
export interface ProxyOptions {
  /** `http:` or `https:`. A user and a password in it are its credentials. */
  readonly url: SecretText
  /** Basic credentials for the proxy (RFC 7617), in the place of those in `url`. */
  readonly user?: SecretText
  readonly password?: SecretText
  /** What is reached without it, as in `NO_PROXY`: `['intranet.example', '.corp.example', '10.0.0.0/8', 'host:8443']`. */
  readonly except?: readonly string[]
  /** `true`: loopback hosts are reached through it too. Default `false`. */
  readonly loopback?: boolean
}

/**
 * `'env'`: `HTTPS_PROXY` or `HTTP_PROXY`, unless `NO_PROXY` names the host (lower case wins). A URL or options: that proxy.
 * `false`: none, whatever the environment says.
 */
export type ProxySource = false | SecretText | ProxyOptions

/** Which addresses may be connected to. */
export interface AddressRules {
  /** Beside public addresses: addresses and networks such as `10.1.0.0/16`, `fd12::/32` or `127.0.0.1`. */
  readonly also?: readonly string[]
  /** Only these hosts: `files.example.com`, or `.example.com` for all below it. Default: any. */
  readonly hosts?: readonly string[]
  /** Only these ports. Default: any. */
  readonly ports?: readonly number[]
}

/**
 * `'any'`: whatever the host's name gives. `'public'`: public addresses only, judged when the connection is made, as
 * resolved. Rules: public ones, and what the rules add or take away.
 */
export type Addresses = 'any' | 'public' | AddressRules

/** How connections come about. */
export interface NetworkOptions {
  /** Mutual TLS, private authorities, versions. Default: the platform's roots, TLS 1.2 or later. */
  readonly tls?: TlsSource
  /** The outbound proxy. Default `'env'`. */
  readonly proxy?: ProxySource
  /**
   * Which addresses may be connected to. Default `'any'`: `baseUrl` is the operator's choice. Where a host comes from data,
   * say `'public'`, so that nobody can have an internal service called (SSRF).
   */
  readonly addresses?: Addresses
}

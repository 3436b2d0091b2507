/** A text percent-encoded for a URL. Half a surrogate pair, on which `encodeURIComponent` throws, becomes U+FFFD. */
export const percentEncoded = (text: string): string =>
  encodeURIComponent(text.replace(/\p{Surrogate}/gu, '\ufffd'))

/** A name as the scheme of a challenge: a token (RFC 9110, 11.1), whatever stands in the name. */
export const schemeOf = (name: string): string => name.replaceAll(/[^!#$%&'*+.^_`|~0-9A-Za-z-]+/g, '-')

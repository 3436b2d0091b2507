/**
 * An attribute as the value of a `ce-` header (CloudEvents HTTP binding 1.0.2, 3.1.3.2): what is not printable ASCII, space,
 * double quote and percent are percent-encoded as UTF-8.
 */
export const headerValue = (attribute: string): string =>
  attribute
    .toWellFormed()
    .replace(/[^\x21\x23\x24\x26-\x7e]+/gu, (text) =>
      [...Buffer.from(text)].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join(''),
    )

/**
 * The attribute in the value of a `ce-` header: double quotes, which older senders use, are undone, then one round of
 * percent-encoding. A percent sign that encodes nothing stands for itself. Undefined for what is not UTF-8.
 */
export const attributeOf = (value: string): string | undefined => {
  const text = unquoted(value.trim())
  if (!text.includes('%')) return text
  let whole = true
  const decoded = text.replace(/(?:%[0-9A-Fa-f]{2})+/g, (run) => {
    const bytes = Buffer.from(run.replaceAll('%', ''), 'hex')
    const part = bytes.toString('utf8')
    if (!Buffer.from(part).equals(bytes)) whole = false
    return part
  })
  return whole ? decoded : undefined
}

const unquoted = (value: string): string =>
  value.length > 1 && value.startsWith('"') && value.endsWith('"')
    ? value.slice(1, -1).replace(/\\(.)/g, '$1')
    : value

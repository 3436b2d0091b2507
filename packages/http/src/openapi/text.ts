/** A text as a literal of TypeScript: whatever is in it, it stays a text. */
export const quoted = (text: string): string =>
  JSON.stringify(text)
    .replace(/[\u2028\u2029\u007f-\u009f]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .replace(/</g, '\\u003c')

/** A property's name: as it is where that is an identifier, else quoted, so that `__proto__` is a name like others. */
export const key = (name: string): string =>
  name === '__proto__' ? '["__proto__"]' : /^[A-Za-z_$][\w$]*$/.test(name) ? name : quoted(name)

/** Text for a comment, one line each: it cannot end the comment, and is not too long. */
export const commentLines = (text: string): readonly string[] =>
  text
    .slice(0, 1000)
    .split(/[\r\n\u2028\u2029]+/)
    .map((line) =>
      line
        .replace(/\p{Cc}/gu, ' ')
        .replaceAll('*/', '*\\/')
        .trim(),
    )
    .filter((line) => line !== '')

/** A documentation comment; nothing where there is nothing to say. */
export const docComment = (text: string | undefined, indent = ''): string => {
  const lines = text === undefined ? [] : commentLines(text)
  if (lines.length === 0) return ''
  return lines.length === 1
    ? `${indent}/** ${lines[0]} */\n`
    : `${indent}/**\n${lines.map((line) => `${indent} * ${line}\n`).join('')}${indent} */\n`
}

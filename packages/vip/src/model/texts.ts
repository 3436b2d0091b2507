/** One text in several languages, by BCP 47 tag: `{ en: 'Spring hero' }`. */
export type LocalizedText = Readonly<Record<string, string>>

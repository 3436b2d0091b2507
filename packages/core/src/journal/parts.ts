import type { Part } from './answer.js'

/** What came for one join, by name; how many of them are replies is counted along. */
export class Parts extends Map<string, Part> {
  replies = 0

  override set(name: string, part: Part): this {
    this.delete(name)
    if (part.as === 'reply') this.replies++
    return super.set(name, part)
  }
  override delete(name: string): boolean {
    if (this.get(name)?.as === 'reply') this.replies--
    return super.delete(name)
  }
}

declare module 'pngjs' {
  /** What this demo needs of pngjs, which brings no types. */
  export interface PngOptions {
    readonly width: number
    readonly height: number
    readonly colorType: number
    readonly inputColorType: number
    readonly inputHasAlpha: boolean
    readonly filterType: number
    readonly deflateLevel: number
  }
  export class PNG {
    constructor(options: PngOptions)
    data: Buffer
    static readonly sync: { write(png: PNG, options: PngOptions): Buffer }
  }
}

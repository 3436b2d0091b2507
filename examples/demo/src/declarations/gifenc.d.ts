declare module 'gifenc' {
  /** What this demo needs of gifenc, which brings no types. */
  interface Gif {
    writeFrame(
      index: Uint8Array,
      width: number,
      height: number,
      options: { readonly palette: readonly (readonly number[])[] },
    ): void
    finish(): void
    bytes(): Uint8Array
  }
  export const GIFEncoder: () => Gif
}

/** What JSON can carry. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [k: string]: Json }

/** JSON text, made once by whoever has it; the journal never parses it. */
export type JsonText = string

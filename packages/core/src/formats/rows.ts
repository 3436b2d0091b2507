/** Rows to be written, taken one by one as the bytes before them are. */
export type Rows<R> = AsyncIterable<R> | Iterable<R>

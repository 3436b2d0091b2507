// Files of records, read and written as streams.
export {}

/** Where the backend of this process is. */
export const BACKEND: string = process.env['BACKEND'] ?? ''

/** Whether a value is an object with members: no list, not null. */
export const isRecord = (v: unknown): boolean => typeof v === 'object' && v !== null && !Array.isArray(v)

const LONGEST = 40
const DYNAMIC =
  /^-?\d+$|\d{5}|[\s@]|^\d{4}-\d\d-\d\d|^[0-9a-f]{8}-[0-9a-f]{4}-|^(?=[a-z]*\d)[0-9a-f]{12,}$|^[a-z]{2,6}(?=[a-f]*\d)[0-9a-f]{12,}$/i

/** Stands for keys that are data. */
export const ANY_KEY = '*'

/** Whether a key is an id, a number, a date, an address: data, and not the name of a field. */
export const isDynamicKey = (key: string): boolean => key.length > LONGEST || DYNAMIC.test(key)

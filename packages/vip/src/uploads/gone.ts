/** VIP forgot the upload: another one has to be made. */
export const GONE = 'gone'

/** How a download goes on after it broke off. */
export interface Resume {
  /** How often at most, in one download. Default 5. */
  readonly most: number
}

/** @throws TypeError naming the option. */
export const checkedResume = (given: false | Partial<Resume> | undefined, at: string): Resume => {
  const most = given === false ? 0 : (given?.most ?? 5)
  if (Number.isSafeInteger(most) && most >= 0) return { most }
  throw new TypeError(`${at} resume.most: expected a whole number, 0 or more, got ${String(most)}`)
}

/** Tells the demo something. */
export const tell = (message: object): void => {
  process.send?.(message)
}

/** Ends this process with the demo, however that ends. */
export const endWithParent = (): void => {
  process.on('disconnect', () => process.exit(1))
}

import type { Order } from './member.ts'

/** The side of a member: answers each order with what `obey` gives; ends with its parent. */
export const obeying = <O extends Order>(
  started: object,
  obey: (order: O | { readonly as: 'stop' }) => Promise<object> | object,
): void => {
  process.on('message', (order: O) => {
    const answered = async (): Promise<void> => {
      const answer = await obey(order)
      process.send!(answer, () => order.as === 'stop' && process.exit(0))
    }
    answered().catch((error: unknown) => {
      console.error(error)
      process.exit(1)
    })
  })
  process.on('disconnect', () => process.exit(1))
  process.send!(started)
}

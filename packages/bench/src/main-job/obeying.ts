import type { Order } from './orders.ts'

/** The side of a process that takes orders: answers each with what `obey` gives; ends with its parent. */
export const obeying = (
  started: Readonly<Record<string, string>>,
  obey: (order: Order) => Promise<object> | object,
): void => {
  process.on('message', (order: Order) => {
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

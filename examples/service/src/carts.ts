/** What a customer wants to buy. */
export interface Cart {
  readonly id: string
  readonly items: readonly string[]
}

/** The business of the service before it had webhooks: carts, in memory for the sake of the example. */
export class Carts {
  readonly #carts = new Map<string, Cart>()

  add(items: readonly string[]): Cart {
    const cart = { id: String(this.#carts.size + 1), items }
    this.#carts.set(cart.id, cart)
    return cart
  }

  find(id: string): Cart | undefined {
    return this.#carts.get(id)
  }
}

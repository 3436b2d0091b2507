/** How many orders each law is tried in: 300, for the sake of the time that `test` takes. `soak interleavings` tries more. */
export const SEEDS: number = Number(process.env['XCONNECTOR_SEEDS'] ?? 300)

/**
 * How many orders each law is tried in: 300, which is more than six times what any planted bug needed. `soak interleavings` says
 * more.
 */
export const SEEDS: number = Number(process.env['XCONNECTOR_SEEDS'] ?? 300)

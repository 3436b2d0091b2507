/** A region of Contentstack, by its id. */
export type Region = 'NA' | 'EU' | 'AU' | 'AZURE_NA' | 'AZURE_EU' | 'GCP_NA' | 'GCP_EU'

/** A region by its id, or by another name that Contentstack gives it, in either case. */
export type RegionName =
  | Region
  | 'US'
  | 'us'
  | 'na'
  | 'eu'
  | 'au'
  | `aws-${'na' | 'eu' | 'au'}`
  | `aws_${'na' | 'eu' | 'au'}`
  | `${'azure' | 'gcp'}-${'na' | 'eu'}`
  | `${'azure' | 'gcp'}_${'na' | 'eu'}`

const REGIONS: readonly Region[] = ['NA', 'EU', 'AU', 'AZURE_NA', 'AZURE_EU', 'GCP_NA', 'GCP_EU']

const BY_NAME: ReadonlyMap<string, Region> = new Map([
  ...REGIONS.map((region) => [region, region] as const),
  ...(['NA', 'EU', 'AU'] as const).map((region) => [`AWS_${region}`, region] as const),
  ['US', 'NA'],
])

/**
 * The region that a name means. Left out: `NA`, as in Contentstack's own SDKs.
 *
 * @throws TypeError listing the regions when it means none.
 */
export const regionOf = (name: RegionName = 'NA'): Region => {
  const region = BY_NAME.get(String(name).toUpperCase().replaceAll('-', '_'))
  if (region === undefined)
    throw new TypeError(
      `contentstack region: expected one of ${REGIONS.join(', ')}, got ${JSON.stringify(name)}`,
    )
  return region
}

declare module 'parse-prometheus-text-format' {
  /** Families, as prom2json gives them. Labels of histograms are lost. */
  const parse: (text: string) => unknown
  export default parse
}

/** Colours of lines, told apart without seeing red and green (Okabe and Ito), on light and on dark ground. */
export const LINES: readonly { readonly light: string; readonly dark: string }[] = [
  { light: '#0072b2', dark: '#56b4e9' },
  { light: '#d55e00', dark: '#e69f00' },
  { light: '#007d5c', dark: '#2ec4a0' },
]

/** The style of a figure: it follows the reader's choice of light or dark. */
export const STYLE: string = `
svg { font: 12px system-ui, sans-serif; }
.ground { fill: #ffffff; } .text { fill: #1f2328; } .quiet { fill: #59636e; }
.grid { stroke: #d1d9e0; } .axis { stroke: #59636e; } .bound { stroke: #b3261e; stroke-dasharray: 5 3; } .bound-text { fill: #b3261e; }
.span { fill: #59636e; fill-opacity: 0.1; } .line { fill: none; stroke-width: 1.5; stroke-linejoin: round; }
${LINES.map(({ light }, i) => `.s${i} { stroke: ${light}; } .t${i} { fill: ${light}; }`).join('\n')}
@media (prefers-color-scheme: dark) {
.ground { fill: #0d1117; } .text { fill: #f0f6fc; } .quiet { fill: #9198a1; }
.grid { stroke: #30363d; } .axis { stroke: #9198a1; } .bound { stroke: #ff8a80; } .bound-text { fill: #ff8a80; }
.span { fill: #9198a1; fill-opacity: 0.18; }
${LINES.map(({ dark }, i) => `.s${i} { stroke: ${dark}; } .t${i} { fill: ${dark}; }`).join('\n')}
}
`

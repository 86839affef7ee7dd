"""The plot's colours, by day and by night; text keeps 4.5 to 1 on its paper."""

STYLE = """
  svg { color-scheme: light dark; font: 13px system-ui, sans-serif }
  .title { font-size: 18px; font-weight: 600 } .entry { font-weight: 600 }
  .bar { opacity: 0.85 } .range { stroke-width: 3 } .goal { stroke-width: 2.5 }
  .paper { fill: #ffffff } .ink { fill: #1b1f24 } .soft { fill: #57606a }
  .rule { stroke: #d8dee4 } .one { stroke: #6e7781 }
  .range { stroke: #1b1f24 } .goal { stroke: #1b1f24 }
  .met { fill: #116329 } .missed, .INVALID { fill: #a40e26 }
  .no-goal, .not-measured { fill: #57606a }
  @media (prefers-color-scheme: dark) {
    .paper { fill: #0d1117 } .ink { fill: #e6edf3 } .soft { fill: #9198a1 }
    .rule { stroke: #30363d } .one { stroke: #8b949e }
    .range { stroke: #e6edf3 } .goal { stroke: #e6edf3 }
    .met { fill: #56d364 } .missed, .INVALID { fill: #ff7b72 }
    .no-goal, .not-measured { fill: #9198a1 }
  }
"""

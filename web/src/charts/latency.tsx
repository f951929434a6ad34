import type { Deployed, Distribution, PageDocument } from '../document'
import { seconds } from '../format'
import { Figure, type DataTable } from './figure'
import { colourOf, muted, Plot, plotStyle, tipStyle } from './marks'

const measures = [
  { key: 'ttft', title: 'To the first token (TTFT)', slo: 'ttft_p99_seconds' },
  { key: 'tpot', title: 'Each token after it (TPOT)', slo: 'tpot_p99_seconds' }
] as const
const quantiles = ['p50', 'p90', 'p95', 'p99'] as const

interface Wait {
  name: string
  quantile: string
  time: number
}

const waits = (name: string, of: Distribution): Wait[] => quantiles.map((q) => ({ name, quantile: q, time: of[`${q}_seconds`] }))

export function LatencyFigure({ document }: { document: PageDocument }) {
  const { decision } = document
  const shown: Deployed[] = [decision.baseline, ...decision.options].filter((o) => o.operation.at_mean_load)
  if (shown.length === 0) return null
  const names = shown.map((o) => o.name)
  const rowsOf = (key: 'ttft' | 'tpot') => shown.flatMap((o) => waits(o.name, o.operation.at_mean_load![key]))
  const table: DataTable = {
    columns: ['measure', 'option', 'load', ...quantiles],
    rows: measures.flatMap(({ key }) => shown.flatMap((o) => (['at_mean_load', 'at_peak_load'] as const).flatMap((load) => {
      const of = o.operation[load]
      return of ? [[key.toUpperCase(), o.name, load === 'at_mean_load' ? 'mean' : 'peak', ...quantiles.map((q) => seconds(of[key][`${q}_seconds`]))]] : []
    })))
  }
  return (
    <Figure
      id="latency" wide title="What users wait" table={table}
      says={<>At mean load, by the simulator: the thick end is the median, the dots are 90, 95 and 99 of 100 users. The dashed line is what may be waited.</>}
      panels={measures.map(({ key, title, slo }) => {
        const rows = rowsOf(key)
        const limit = decision.case.slo[slo]
        const colour = (w: Wait) => colourOf(document, w.name)
        return {
          title, label: `${title}: median to 99th percentile for each option`,
          draw: (width: number) => Plot.plot({
            width, height: 40 + 40 * names.length, marginLeft: 4, marginRight: 16, marginTop: 8, marginBottom: 34, style: plotStyle,
            x: { label: 'time (ms)', labelArrow: 'none', grid: true, zero: true, ticks: Math.max(3, width / 80), transform: (v: number) => v * 1e3 },
            y: { domain: names, axis: null, paddingInner: 0.5, paddingOuter: 0.4 },
            marks: [
              ...(limit === null ? [] : [Plot.ruleX([limit], { stroke: muted, strokeDasharray: '4 3' })]),
              Plot.text(names, { y: (d) => d, frameAnchor: 'left', dy: -13, text: (d) => d, fill: muted, fontSize: 11 }),
              Plot.ruleY(names, { y: (d) => d, x1: (n: string) => rows.find((w) => w.name === n)!.time, x2: (n: string) => rows.filter((w) => w.name === n).at(-1)!.time, stroke: muted, strokeWidth: 1.5 }),
              Plot.dot(rows, { x: 'time', y: 'name', r: (w: Wait) => (w.quantile === 'p50' ? 6 : 3.5), fill: colour, stroke: 'var(--paper)' }),
              Plot.tip(rows, Plot.pointer({ x: 'time', y: 'name', ...tipStyle, title: (w: Wait) => `${w.name}, ${w.quantile}: ${seconds(w.time)}\nmodelled: simulated at mean load` }))
            ],
            r: { type: 'identity' }
          })
        }
      })}
    />
  )
}

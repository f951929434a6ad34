import type { Deployed, Distribution, PageDocument } from '../document'
import { seconds } from '../format'
import { Figure, type DataTable } from './figure'
import { replicaName } from './labels'
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
  const shown: Deployed[] = [decision.baseline, ...decision.options].filter((o) => o.operation.at_mean_load && o.operation.at_peak_load)
  if (shown.length === 0) return null
  const names = shown.map((o) => o.name)
  const rowsOf = (key: 'ttft' | 'tpot', load: 'at_mean_load' | 'at_peak_load') => shown.flatMap((o) => waits(o.name, o.operation[load]![key]))
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
      says={<>By the simulator. The large dot is the median, the small ones are what 90, 95 and 99 of 100 users wait at most. Full: at the peak, which the p99 is held to; pale: at mean load.</>}
      panels={measures.map(({ key, title, slo }) => {
        const peak = rowsOf(key, 'at_peak_load'), mean = rowsOf(key, 'at_mean_load')
        const first = (rows: Wait[], name: string) => rows.find((w) => w.name === name)!.time
        const last = (rows: Wait[], name: string) => rows.filter((w) => w.name === name).at(-1)!.time
        const r = (w: Wait) => (w.quantile === 'p50' ? 6 : 3.5)
        const limit = decision.case.slo[slo]
        const colour = (w: Wait) => colourOf(document, w.name)
        return {
          title, label: `${title}: median to 99th percentile for each option`,
          draw: (width: number) => Plot.plot({
            width, height: 56 + 46 * names.length, marginLeft: 4, marginRight: 24, marginTop: 20, marginBottom: 34, style: plotStyle,
            x: { label: 'time (ms)', labelAnchor: 'center', labelArrow: 'none', grid: true, zero: true, ticks: Math.max(3, width / 80), transform: (v: number) => v * 1e3 },
            y: { domain: names, axis: null, paddingInner: 0.5, paddingOuter: 0.4 },
            marks: [
              ...(limit === null ? [] : [
                Plot.ruleX([limit], { stroke: muted, strokeDasharray: '4 3' }),
                Plot.text([limit], { x: (d) => d, frameAnchor: 'top', dy: -14, text: () => `p99 at most ${seconds(limit)}`, textAnchor: 'end', dx: 20, fill: muted, fontSize: 11 })
              ]),
              Plot.text(shown, { y: 'name', frameAnchor: 'left', dy: -15, text: (o: Deployed) => replicaName(o, shown, width), fill: muted, fontSize: 11 }),
              Plot.ruleY(names, { y: (d) => d, x1: (n: string) => first(mean, n), x2: (n: string) => last(mean, n), dy: 10, stroke: muted, strokeOpacity: 0.4 }),
              Plot.dot(mean, { x: 'time', y: 'name', dy: 10, r: (w: Wait) => r(w) - 1.5, fill: colour, fillOpacity: 0.4 }),
              Plot.ruleY(names, { y: (d) => d, x1: (n: string) => first(peak, n), x2: (n: string) => last(peak, n), stroke: muted, strokeWidth: 1.5 }),
              Plot.dot(peak, { x: 'time', y: 'name', r, fill: colour, stroke: 'var(--paper)' }),
              Plot.tip(peak, Plot.pointer({ x: 'time', y: 'name', ...tipStyle, title: (w: Wait) => `${w.name}, ${w.quantile}: ${seconds(w.time)}\nmodelled: simulated at the peak` }))
            ],
            r: { type: 'identity' }
          })
        }
      })}
    />
  )
}

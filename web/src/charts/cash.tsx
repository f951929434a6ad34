import type { OptionDecision, PageDocument } from '../document'
import { dollars, shortDollars, significant } from '../format'
import { Figure, type DataTable } from './figure'
import { colourOf, ink, muted, Plot, plotStyle, tipStyle } from './marks'

interface Point {
  name: string
  month: number
  total: number
}

/** What has come in up to each month, as worth today. */
export function cumulative(option: OptionDecision): Point[] {
  let total = 0
  return (option.money?.months ?? []).map(({ month, present }) => ({ name: option.name, month, total: (total += present) }))
}

export function CashFigure({ document }: { document: PageDocument }) {
  const { decision } = document
  const shown = decision.options.filter((o) => (o.money?.months.length ?? 0) > 1)
  if (shown.length === 0) return null
  const points = shown.flatMap(cumulative)
  const end = Math.max(...points.map((p) => p.month))
  const ends = shown.flatMap((o, i) => (o.net_worth_usd ? [{ name: o.name, month: end + 0.5 + 0.35 * i, low: o.net_worth_usd.p10, high: o.net_worth_usd.p90, value: o.net_worth_usd.value }] : []))
  const table: DataTable = {
    columns: ['month', ...shown.map((o) => o.name)],
    rows: shown[0]!.money!.months.map((_, i) => [significant(shown[0]!.money!.months[i]!.month), ...shown.map((o) => dollars(cumulative(o)[i]?.total ?? 0))])
  }
  return (
    <Figure
      id="cash" title="Cumulative cash" table={table}
      says={<>Each option’s money as worth today, at the medians; the bars at the end are the 80 % intervals of the draws.</>}
      panels={[{
        label: 'cumulative present value by month, for each option',
        draw: (width) => Plot.plot({
          width, height: 320, marginLeft: 56, marginRight: 16, marginTop: 18, marginBottom: 36, style: plotStyle,
          x: { label: 'month', labelAnchor: 'center', labelArrow: 'none', domain: [0, end + 0.5 + 0.35 * ends.length], ticks: Math.max(3, width / 90) },
          y: { label: 'worth today', labelArrow: 'none', grid: true, nice: true, ticks: 5, tickFormat: shortDollars },
          marks: [
            Plot.ruleY([0], { stroke: ink }),
            Plot.ruleX(ends, { x: 'month', y1: 'low', y2: 'high', stroke: (p: { name: string }) => colourOf(document, p.name), strokeWidth: 4, strokeOpacity: 0.35 }),
            Plot.line(points, { x: 'month', y: 'total', z: 'name', stroke: (p: Point) => colourOf(document, p.name), strokeWidth: 2 }),
            Plot.dot(points, { x: 'month', y: 'total', r: 2, fill: (p: Point) => colourOf(document, p.name) }),
            Plot.text(shown.map((o) => cumulative(o).at(-1)!), { x: 'month', y: 'total', text: 'name', textAnchor: 'end', dy: -9, fill: muted, fontSize: 11, stroke: 'var(--paper)', strokeWidth: 4 }),
            Plot.tip(points, Plot.pointer({ x: 'month', y: 'total', ...tipStyle, title: (p: Point) => `${p.name}, month ${significant(p.month)}\n${dollars(p.total)}\nmodelled, at the medians` }))
          ]
        })
      }]}
    />
  )
}

import type { CashPoint, PageDocument } from '../document'
import { dollars, shortDollars, significant } from '../format'
import { bestOf } from '../verdict'
import { Figure, type DataTable } from './figure'
import { atEnds, roomFor } from './labels'
import { accent, colourOf, ink, Plot, plotStyle, rule, soft, tipStyle } from './marks'

interface Point extends CashPoint {
  name: string
}

/** It loses money, so that it is rolled back at the end of the roll-out and its work is all that is lost. */
const isRolledBack = (points: CashPoint[]) => points.length > 1 && points.every((p) => p.value === points[0]!.value)

export function CashFigure({ document }: { document: PageDocument }) {
  const best = bestOf(document.decision)?.name
  const shown = document.charts.cash.filter((each) => each.points.length > 1)
  if (shown.length === 0) return null
  const points: Point[] = shown.flatMap((each) => each.points.map((p) => ({ ...p, name: each.option })))
  const end = Math.max(...points.map((p) => p.month))
  const last = shown.map((each, i) => ({ ...each.points.at(-1)!, name: each.option, at: end * (1.03 + 0.02 * i) }))
  const labels = shown.map((each, i) => ({
    x: last.at(-1)!.at, y: last[i]!.value, colour: colourOf(document, each.option),
    text: each.option + (isRolledBack(each.points) ? ' (rolled back)' : '')
  }))
  const table: DataTable = {
    columns: ['option', 'month', 'worth today', '10 %', '90 %'],
    rows: points.map((p) => [p.name, significant(p.month), dollars(p.value), dollars(p.p10), dollars(p.p90)])
  }
  const fan = points.filter((p) => p.name === (best ?? shown[0]!.option))
  return (
    <Figure
      id="cash" title="Cumulative cash" table={table}
      says={<>What has come in, as worth today, at the medians of all inputs; the shade is {fan[0]?.name}’s 80 % of the draws, the bars are each option’s at the end. What loses money is rolled back: its work is lost, nothing else.</>}
      panels={[{
        label: 'cumulative present value by month, for each option',
        draw: (width) => Plot.plot({
          width, height: 320, marginLeft: 56, marginRight: roomFor(labels, width), marginTop: 22, marginBottom: 36, style: plotStyle,
          x: { label: 'month', labelAnchor: 'center', labelArrow: 'none', domain: [0, last.at(-1)!.at], ticks: monthTicks(end, width) },
          y: { label: 'worth today', labelArrow: 'none', grid: true, nice: true, ticks: 5, tickFormat: shortDollars },
          marks: [
            Plot.areaY(fan, { x: 'month', y1: 'p10', y2: 'p90', fill: best === undefined ? rule : soft }),
            Plot.ruleY([0], { stroke: ink }),
            Plot.ruleX(last, { x: 'at', y1: 'p10', y2: 'p90', stroke: (p: Point) => colourOf(document, p.name), strokeWidth: 4, strokeOpacity: 0.35 }),
            Plot.line(points, { x: 'month', y: 'value', z: 'name', stroke: (p: Point) => colourOf(document, p.name), strokeWidth: (p: Point) => (colourOf(document, p.name) === accent ? 2.25 : 1.5) }),
            Plot.dot(points, { x: 'month', y: 'value', r: 2, fill: (p: Point) => colourOf(document, p.name) }),
            atEnds(labels),
            Plot.tip(points, Plot.pointer({ x: 'month', y: 'value', ...tipStyle, title: (p: Point) => `${p.name}, month ${significant(p.month)}: ${dollars(p.value)}\n80 %: ${dollars(p.p10)} to ${dollars(p.p90)}\nmodelled` }))
          ]
        })
      }]}
    />
  )
}

function monthTicks(end: number, width: number): number[] {
  const step = [1, 2, 3, 6, 12, 24].find((each) => (end / each) * 50 < width) ?? 24
  return Array.from({ length: Math.floor(end / step) + 1 }, (_, i) => i * step)
}

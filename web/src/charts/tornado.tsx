import type { PageDocument, Swing } from '../document'
import { dollars, shortDollars, significant, withUnit } from '../format'
import { bestOf } from '../verdict'
import { Figure, type DataTable } from './figure'
import { widthOf } from './labels'
import { accent, ink, muted, Plot, plotStyle, soft, tipStyle } from './marks'

const most = 10

export function TornadoFigure({ document }: { document: PageDocument }) {
  const { decision } = document
  const all = (decision.tornado ?? []).filter((s) => s.worth_at_p10 !== s.worth_at_p90)
  const worth = decision.options.find((o) => o.name === decision.best_option)?.net_worth_usd?.value
  if (all.length === 0 || worth === undefined) return null
  const swings = all.slice(0, most)
  const knowing = (s: Swing) => bestOf(decision)?.information?.inputs.find((i) => i.name === s.input)?.worth ?? 0
  const at = (value: number, s: Swing) => withUnit(value, s.unit)
  const span = (s: Swing) => `${s.input.replaceAll('_', ' ')}: ${at(s.p10, s)} to ${at(s.p90, s)} (${significant(s.rank_correlation, 2)})`
  const ends = swings.flatMap((s) => [s.worth_at_p10, s.worth_at_p90])
  const zero = Math.min(worth, ...ends) <= 0 && Math.max(worth, ...ends) >= 0
  const table: DataTable = {
    columns: ['input', 'p10', 'p90', 'net worth at p10', 'net worth at p90', 'rank correlation', 'worth of knowing it'],
    rows: all.map((s) => [s.input, at(s.p10, s), at(s.p90, s), dollars(s.worth_at_p10), dollars(s.worth_at_p90), significant(s.rank_correlation, 2), dollars(Math.round(knowing(s)))])
  }
  // Where a text takes two lines, all have room for two.
  const step = (width: number) => (swings.some((s) => widthOf(span(s)) > width - 12) ? 50 : 38)
  const names = swings.map((s) => s.input)
  return (
    <Figure
      id="tornado" title="What it hangs on" table={table}
      says={<>Net worth of {decision.best_option} when one input alone moves over its 80 % interval, the others at their medians: outlined towards the lower end, filled towards the upper. In brackets, its rank correlation with the worth over all draws. The widest is {swings[0]!.input}.</>}
      panels={[{
        label: 'net worth at the p10 and p90 of each input',
        draw: (width) => Plot.plot({
          width, height: 44 + step(width) * names.length, marginLeft: 4, marginRight: 20, marginTop: 4, marginBottom: 34, style: plotStyle,
          x: { label: 'net worth ($)', labelAnchor: 'center', labelArrow: 'none', grid: true, nice: true, ticks: Math.max(3, width / 90), tickFormat: shortDollars },
          y: { domain: names, axis: null, paddingInner: 0.6, paddingOuter: 0.3 },
          marks: [
            Plot.barX(swings, { y: 'input', x1: worth, x2: 'worth_at_p10', fill: soft, stroke: accent, strokeWidth: 0.5 }),
            Plot.barX(swings, { y: 'input', x1: worth, x2: 'worth_at_p90', fill: accent }),
            Plot.ruleX([worth], { stroke: ink }),
            ...(zero ? [Plot.ruleX([0], { stroke: muted, strokeDasharray: '4 3' })] : []),
            Plot.text(swings, { y: 'input', frameAnchor: 'left', lineAnchor: 'bottom', dy: -2 - 0.2 * step(width), lineWidth: (width - 12) / 11, text: span, fill: muted, fontSize: 11, stroke: 'var(--paper)', strokeWidth: 3 }),
            Plot.tip(swings, Plot.pointerY({ y: 'input', x: worth, ...tipStyle, title: (s: Swing) => `${s.input}\np10 ${at(s.p10, s)}: ${dollars(s.worth_at_p10)}\np90 ${at(s.p90, s)}: ${dollars(s.worth_at_p90)}\nrank correlation ${significant(s.rank_correlation, 2)}` }))
          ]
        })
      }]}
    />
  )
}

import type { OptionDecision, PageDocument } from '../document'
import { dollars, points as pp } from '../format'
import { Figure, type DataTable } from './figure'
import { near } from './labels'
import { colourOf, ink, muted, Plot, plotStyle, tipStyle } from './marks'

interface Place {
  name: string
  loss: number
  p10: number
  p90: number
  cost: number
  origin: string
}

function places({ decision }: PageDocument): Place[] {
  const baseline = decision.baseline.operation.usd_per_million_output_tokens
  const first = baseline === null ? [] : [{ name: decision.baseline.name, loss: 0, p10: 0, p90: 0, cost: baseline, origin: 'the baseline' }]
  return first.concat(decision.options.flatMap((o: OptionDecision) => {
    const cost = o.operation.usd_per_million_output_tokens
    const { value, p10, p90, provenance } = o.quality_loss
    return cost === null ? [] : [{ name: o.name, loss: value, p10, p90, cost, origin: provenance }]
  }))
}

/** Those that nothing beats in both, from the least loss on. */
export function frontier(all: Place[]): Place[] {
  const sorted = [...all].sort((a, b) => a.loss - b.loss || a.cost - b.cost)
  return sorted.filter((place, i) => sorted.slice(0, i).every((other) => other.cost > place.cost))
}

const percent = (key: 'loss' | 'p10' | 'p90') => (place: Place) => 100 * place[key]

export function QualityFigure({ document }: { document: PageDocument }) {
  const all = places(document)
  if (all.length < 2) return null
  const margin = document.decision.case.quality_margin
  const edge = frontier(all)
  const table: DataTable = {
    columns: ['option', 'loss', '10 %', '90 %', '$ per million output tokens', 'loss rests on', 'on the frontier'],
    rows: all.map((p) => [p.name, pp(p.loss), pp(p.p10), pp(p.p90), dollars(p.cost), p.origin, edge.includes(p) ? 'yes' : 'no'])
  }
  return (
    <Figure
      id="quality" title="Cost against quality" table={table}
      says={<>Cheaper is lower, better is left; bars are the loss’s 80 % interval. On the frontier: {edge.map((p) => p.name).join(', ')}.</>}
      panels={[{
        label: 'cost of a million output tokens against the loss of quality, for each option',
        draw: (width) => Plot.plot({
          width, height: 320, marginLeft: 52, marginRight: 24, marginTop: 18, marginBottom: 36, style: plotStyle,
          x: { label: 'quality lost (percentage points)', labelAnchor: 'center', labelArrow: 'none', insetLeft: 12, insetRight: Math.min(96, width / 4), ticks: Math.max(3, width / 90) },
          y: { label: '$ per million output tokens', labelArrow: 'none', grid: true, domain: [0, 1.2 * Math.max(...all.map((p) => p.cost))], ticks: 5, tickFormat: (v: number) => dollars(v) },
          marks: [
            Plot.ruleX([margin * 100], { stroke: ink, strokeDasharray: '4 3' }),
            Plot.text([margin * 100], { x: (d) => d, frameAnchor: 'bottom', dx: 4, dy: -6, textAnchor: 'start', text: () => `bar: ${pp(margin)}`, fill: muted, fontSize: 11 }),
            Plot.line(edge, { x: percent('loss'), y: 'cost', curve: 'step-after', stroke: muted }),
            Plot.ruleY(all, { y: 'cost', x1: percent('p10'), x2: percent('p90'), stroke: (p: Place) => colourOf(document, p.name), strokeWidth: 2, strokeOpacity: 0.5 }),
            Plot.dot(all, { x: percent('loss'), y: 'cost', r: 5, fill: (p: Place) => colourOf(document, p.name), stroke: 'var(--paper)' }),
            near(
              all.map((p) => ({ x: 100 * p.p90, y: p.cost, text: p.name, colour: colourOf(document, p.name) })),
              all.map((p) => ({ x1: 100 * p.p10, x2: 100 * p.p90, y: p.cost }))
            ),
            Plot.tip(all, Plot.pointer({ x: percent('loss'), y: 'cost', ...tipStyle, title: (p: Place) => `${p.name}\n${dollars(p.cost)} per million output tokens\nloss ${pp(p.loss)} (${pp(p.p10)} to ${pp(p.p90)}), ${p.origin}` }))
          ]
        })
      }]}
    />
  )
}

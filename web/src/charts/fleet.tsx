import type { Deployed, PageDocument, Staircase } from '../document'
import { dollars, shortDollars, significant } from '../format'
import { bestOf } from '../verdict'
import { Figure, type DataTable } from './figure'
import { atEnds, roomFor } from './labels'
import { colourOf, muted, Plot, plotStyle, tipStyle } from './marks'

interface Step {
  name: string
  load: number
  gpus: number
  cost: number
}

/** The steps with the last one drawn to the end. */
function steps(name: string, staircase: Staircase): Step[] {
  const all = staircase.requests_per_second_above.map((load, i) => ({ name, load, gpus: staircase.gpus[i]!, cost: staircase.usd_per_month[i]! }))
  const last = all.at(-1)
  return last ? [...all, { ...last, load: staircase.up_to_requests_per_second }] : []
}

export function FleetFigure({ document }: { document: PageDocument }) {
  const { decision } = document
  const shown: Deployed[] = [decision.baseline, ...decision.options].filter((o) => (o.staircase?.gpus.length ?? 0) > 0)
  if (shown.length === 0) return null
  const best = bestOf(decision)
  const now = decision.case.requests_per_second.value
  // Three times today's load is as far as a plan goes; beyond it the steps only repeat.
  const all = shown.flatMap((o) => steps(o.name, o.staircase!))
  const near = shown.flatMap((o) => {
    const own = steps(o.name, o.staircase!)
    const inside = own.filter((s) => s.load <= 3 * now)
    const last = inside.at(-1)
    return last ? [...inside, { ...last, load: Math.min(3 * now, own.at(-1)!.load) }] : []
  })
  const ends = shown.flatMap((o) => near.filter((s) => s.name === o.name).slice(-1))
  const table: DataTable = {
    columns: ['option', 'above requests/s', 'GPUs', '$ per month'],
    rows: shown.flatMap((o) => steps(o.name, o.staircase!).slice(0, -1).filter((s) => s.load <= 3 * now).map((s) => [s.name, significant(s.load), s.gpus, dollars(s.cost)]))
  }
  const priced = all.some((s) => s.cost > 0)
  const names = ends.map((s) => ({ ...s, text: s.name }))
  const most = Math.max(...near.map((s) => s.gpus))
  const whole = most <= 8 ? Array.from({ length: most + 1 }, (_, i) => i) : 5
  const draw = (key: 'gpus' | 'cost', show: (v: number) => string) => (width: number) => Plot.plot({
    width, height: 300, marginLeft: 52, marginRight: roomFor(names, width), marginTop: 20, marginBottom: 36, style: plotStyle,
    x: { label: 'mean load (requests/s)', labelAnchor: 'center', labelArrow: 'none', ticks: Math.max(3, width / 110) },
    y: { label: null, grid: true, zero: true, ticks: key === 'gpus' ? whole : 5, tickFormat: show },
    marks: [
      Plot.ruleX([now], { stroke: muted, strokeDasharray: '2 3' }),
      Plot.text([now], { x: (d) => d, frameAnchor: 'top', dx: 4, textAnchor: 'start', text: () => 'now', fill: muted, fontSize: 11 }),
      // A little apart, so that fleets of one size are all seen.
      ...shown.map((o, i) => Plot.line(near.filter((s) => s.name === o.name), {
        x: 'load', y: key, curve: 'step-after', strokeWidth: 1.75, stroke: colourOf(document, o.name), dy: 1.2 * (i - (shown.length - 1) / 2)
      })),
      atEnds(ends.map((s) => ({ x: s.load, y: s[key], text: s.name, colour: colourOf(document, s.name) }))),
      Plot.tip(near, Plot.pointer({ x: 'load', y: key, ...tipStyle, title: (s: Step) => `${s.name}, above ${significant(s.load)} requests/s\n${s.gpus} GPUs, ${dollars(s.cost)} a month\nmodelled` }))
    ]
  })
  const panels = [{ title: 'GPUs to rent', label: 'GPUs to rent against load, for each option', draw: draw('gpus', (v) => significant(v)) }]
  if (priced) panels.push({ title: '$ per month', label: 'dollars a month against load, for each option', draw: draw('cost', shortDollars) })
  return (
    <Figure
      id="fleet" wide title="The fleet against the load" table={table} panels={panels}
      says={<>Money is saved in whole GPUs, so a fleet is a staircase. {best?.saving_by_load && `${best.name} ${best.saving_by_load.text}.`}</>}
    />
  )
}

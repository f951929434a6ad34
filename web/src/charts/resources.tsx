import { servesHere, type Deployed, type PageDocument, type StepTime } from '../document'
import { percent, seconds } from '../format'
import { Figure, type DataTable } from './figure'
import { replicaName } from './labels'
import { Plot, plotStyle, tipStyle } from './marks'

// Reading memory in shades of the accent, the rest in greys: what quantization can shrink stands out.
const resources = [
  { key: 'weight_reads_seconds', name: 'weight reads', colour: 'var(--memory-1)' },
  { key: 'kv_reads_seconds', name: 'KV cache reads', colour: 'var(--memory-2)' },
  { key: 'activations_seconds', name: 'activations', colour: 'var(--memory-3)' },
  { key: 'compute_seconds', name: 'compute', colour: 'var(--work-1)' },
  { key: 'communication_seconds', name: 'communication', colour: 'var(--work-2)' },
  { key: 'launches_seconds', name: 'launches', colour: 'var(--work-3)' },
  { key: 'host_seconds', name: 'host', colour: 'var(--work-4)' }
] as const

const steps = [
  { key: 'cycle_per_output_token', title: 'An output token, all in' },
  { key: 'decode_step', title: 'A decode step at mean load' },
  { key: 'prefill_step', title: 'A full prefill step' }
] as const

interface Part {
  option: string
  resource: string
  colour: string
  time: number
  share: number
  from: number
}

function parts(option: Deployed, step: StepTime): Part[] {
  let from = 0
  return resources.map(({ key, name, colour }) => {
    const time = step[key]
    from += time
    return { option: option.name, resource: name, colour, time, share: time / step.total_seconds, from: from - time }
  })
}

function draw(options: Deployed[], rows: Part[]) {
  const most = Math.max(...rows.map((row) => row.from + row.time))
  const [unit, scale] = most >= 1 ? ['s', 1] : ['ms', 1e3]
  return (width: number) => Plot.plot({
    width, height: 44 + 36 * options.length, marginLeft: 4, marginRight: 8, marginTop: 4, marginBottom: 32, style: plotStyle,
    x: { label: `time (${unit})`, labelAnchor: 'center', labelArrow: 'none', ticks: Math.max(3, width / 80), grid: true },
    y: { domain: options.map((o) => o.name), axis: null, paddingInner: 0.55, paddingOuter: 0.3 },
    marks: [
      Plot.barX(rows, { y: 'option', x1: (d) => d.from * scale, x2: (d) => (d.from + d.time) * scale, fill: 'colour', stroke: 'var(--paper)', strokeWidth: 0.5 }),
      Plot.text(options, { y: 'name', frameAnchor: 'left', dy: -15, text: (o: Deployed) => replicaName(o, options, width), fill: 'var(--muted)', fontSize: 11, stroke: 'var(--paper)', strokeWidth: 3 }),
      Plot.tip(rows, Plot.pointer({
        y: 'option', x: (d: Part) => (d.from + d.time / 2) * scale, ...tipStyle,
        title: (d: Part) => `${d.option}: ${d.resource}\n${seconds(d.time)}, ${percent(d.share)} of the step\nmodelled`
      }))
    ]
  })
}

export function ResourcesFigure({ document }: { document: PageDocument }) {
  const { decision } = document
  const all: Deployed[] = [decision.baseline, ...decision.options].filter(servesHere)
  const [first] = all
  if (!first) return null
  const largest = parts(first, first.operation.decode_step).reduce((a, b) => (a.time > b.time ? a : b))
  const used = resources.filter(({ key }) => all.some((o) => steps.some((step) => o.operation[step.key][key] > 0)))
  const table: DataTable = {
    columns: ['step', 'option', ...used.map((r) => r.name), 'in all'],
    rows: steps.flatMap((step) => all.map((o) => [
      step.title, o.name, ...used.map((r) => seconds(o.operation[step.key][r.key])), seconds(o.operation[step.key].total_seconds)
    ]))
  }
  const legend = (
    <ul class="legend">
      {used.map((r) => <li key={r.key}><span class="swatch" style={{ background: r.colour }} />{r.name}</li>)}
    </ul>
  )
  return (
    <Figure
      id="resources" wide title="Where the time goes" table={table} legend={legend}
      says={<>Of {first.name}’s decode step, {percent(largest.share)} is {largest.resource}. Quantization shrinks the coloured parts; the grey ones stay, or move.</>}
      panels={steps.map((step) => ({
        title: step.title, label: `${step.title}, by resource, for each option`,
        draw: draw(all, all.flatMap((o) => parts(o, o.operation[step.key])))
      }))}
    />
  )
}

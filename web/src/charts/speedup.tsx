import type { PageDocument, SpeedupCurve, SpeedupPoint } from '../document'
import { counted, plain, significant, times } from '../format'
import { bestOf } from '../verdict'
import { Figure, type DataTable } from './figure'
import { accent, colourOf, ink, muted, Plot, plotStyle, rule, soft, tipStyle } from './marks'

const axes = {
  batch: { key: 'speedup_by_batch', label: 'sequences decoding at once', title: 'Speed-up against batch', noun: 'batch' },
  context: { key: 'speedup_by_context', label: 'tokens of context', title: 'Speed-up against context', noun: 'context' }
} as const

/** In words: where one decode step of the option is faster than the baseline's. */
export function crossoverWords(curve: SpeedupCurve, noun: string): string {
  const [first, ...more] = curve.crossover.median
  const start = curve.points[0]
  const end = curve.points.at(-1)
  if (!start || !end) return 'nowhere do both fit'
  const upTo = `from ${noun} ${significant(start.at)} to ${significant(end.at)}`
  if (first === undefined) return `${start.value >= 1 ? 'faster' : 'slower'} ${upTo}`
  const turn = `${start.value >= 1 ? 'slower' : 'faster'} from ${noun} ${significant(first)} on`
  return more.length === 0 ? turn : `${turn}, and the other way again at ${more.map((at) => significant(at)).join(', ')}`
}

function draw(document: PageDocument, curve: SpeedupCurve, label: string, domain: [number, number], here: number) {
  const colour = colourOf(document, curve.option)
  const tip = (p: SpeedupPoint) => `${curve.option} at ${significant(p.at)}: ${times(p.value)}\n80 %: ${times(p.p10)} to ${times(p.p90)}\nmodelled`
  return (width: number) => Plot.plot({
    width, height: 220, marginLeft: 44, marginRight: 12, marginTop: 22, marginBottom: 36, style: plotStyle,
    x: { type: 'log', base: 2, label, labelAnchor: 'center', labelArrow: 'none', ticks: Math.max(3, width / 70), tickFormat: plain },
    y: { domain, label: 'speed-up', labelArrow: 'none', ticks: 5, tickFormat: (v: number) => times(v), grid: true },
    marks: [
      Plot.areaY(curve.points, { x: 'at', y1: 'p10', y2: 'p90', fill: colour === accent ? soft : rule }),
      Plot.ruleY([1], { stroke: ink, strokeWidth: 1 }),
      Plot.ruleX([here], { stroke: muted, strokeDasharray: '2 3' }),
      Plot.text([here], { x: (d) => d, frameAnchor: 'top', dy: -14, text: () => 'now', fill: muted, fontSize: 11 }),
      Plot.lineY(curve.points, { x: 'at', y: 'value', stroke: colour, strokeWidth: 2 }),
      Plot.dot(curve.points, { x: 'at', y: 'value', fill: colour, r: 2 }),
      Plot.dot(curve.crossover.median, { x: (d) => d, y: 1, r: 5, fill: 'var(--paper)', stroke: colour, strokeWidth: 2 }),
      Plot.text(curve.crossover.median, { x: (d) => d, y: 1, dy: -14, text: (d: number) => significant(d), fill: ink, fontWeight: 600, stroke: 'var(--paper)', strokeWidth: 4 }),
      Plot.tip(curve.points, Plot.pointerX({ x: 'at', y: 'value', title: tip, ...tipStyle }))
    ]
  })
}

export const SpeedupByBatch = ({ document }: { document: PageDocument }) => <SpeedupFigure document={document} by="batch" />
export const SpeedupByContext = ({ document }: { document: PageDocument }) => <SpeedupFigure document={document} by="context" />

function SpeedupFigure({ document, by }: { document: PageDocument; by: 'batch' | 'context' }) {
  const axis = axes[by]
  const curves = document.charts[axis.key].filter((curve) => curve.phase === 'decode' && curve.points.length > 0)
  if (curves.length === 0) return null
  const { point } = document.charts
  const served = curves.map((curve) => document.decision.options.find((o) => o.name === curve.option)!.operation.gpus_per_replica)
  const gpus = `each on ${counted(point.gpus, 'GPU')}${served.every((own) => own === point.gpus) ? '' : ', whatever the option is served on'}`
  const all = curves.flatMap((curve) => curve.points)
  const domain: [number, number] = [Math.min(0.9, ...all.map((p) => p.p10)), Math.max(1.1, ...all.map((p) => p.p90))]
  const lead = curves.find((curve) => curve.option === bestOf(document.decision)?.name) ?? curves[0]!
  const table: DataTable = {
    columns: ['option', axis.noun, 'speed-up', '10 %', '90 %'],
    rows: curves.flatMap((curve) => curve.points.map((p) => [curve.option, p.at, times(p.value), times(p.p10), times(p.p90)]))
  }
  const rest = by === 'batch' ? `with ${significant(point.context_tokens)} tokens of context each` : `at batch ${significant(point.batch)}`
  return (
    <Figure
      id={`speedup-${by}`} wide title={axis.title} table={table}
      says={<>One decode step against the baseline’s, {gpus}, {rest}. {lead.option}: {crossoverWords(lead, axis.noun)}. {curves.some((curve) => curve.crossover.median.length > 0) && 'Circles mark crossovers. '}The shade is the 80 % interval.</>}
      panels={curves.map((curve) => ({
        title: curve.option, label: `${curve.option}: ${crossoverWords(curve, axis.noun)}`,
        draw: draw(document, curve, axis.label, domain, by === 'batch' ? point.batch : point.context_tokens)
      }))}
    />
  )
}

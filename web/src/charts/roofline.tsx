import { servesHere, type PageDocument, type RooflinePoint } from '../document'
import { flopsPerSecond, significant } from '../format'
import { Figure, type DataTable } from './figure'
import { near } from './labels'
import { colourOf, ink, muted, Plot, plotStyle, rule, tipStyle } from './marks'

export function RooflineFigure({ document }: { document: PageDocument }) {
  const { roofline } = document.charts
  const served = [document.decision.baseline, ...document.decision.options].filter(servesHere).map((o) => o.name)
  const points = roofline.points.filter((p) => p.flops_per_byte > 0 && served.includes(p.option))
  if (points.length === 0) return null
  const xs = points.map((p) => p.flops_per_byte)
  const ridges = roofline.roofs.map((roof) => roof.flops_per_second / roofline.bytes_per_second)
  const low = Math.min(...xs) / 3, high = Math.max(...xs, ...ridges) * 3
  const name = (p: RooflinePoint) => `${p.option}, ${p.phase}`
  const share = (p: RooflinePoint) => {
    const ceiling = Math.min(p.flops_per_byte * roofline.bytes_per_second, Math.max(...roofline.roofs.map((r) => r.flops_per_second)))
    return p.flops_per_second / ceiling
  }
  const table: DataTable = {
    columns: ['option', 'phase', 'tokens in the step', 'FLOP per byte', 'reached'],
    rows: points.map((p) => [p.option, p.phase, significant(p.tokens), significant(p.flops_per_byte), flopsPerSecond(p.flops_per_second)])
  }
  const reached = points.map((p) => p.flops_per_second)
  const domain = [Math.min(...reached) / 2, 1.6 * Math.max(...reached, ...roofline.roofs.map((r) => r.flops_per_second))]
  // The slope begins where it enters the picture.
  const enters = Math.max(low, domain[0]! / roofline.bytes_per_second)
  const lines = roofline.roofs.flatMap((roof, i) => [enters, Math.max(enters, ridges[i]!), high].map((x) => ({
    units: roof.units, x, y: Math.min(roof.flops_per_second, x * roofline.bytes_per_second)
  })))
  // Units of one speed share a roof.
  const roofs = [...new Set(roofline.roofs.map((roof) => roof.flops_per_second))].map((y) => ({
    x: high, y, colour: muted, text: roofline.roofs.filter((roof) => roof.flops_per_second === y).map((roof) => roof.units).join(', ')
  }))
  const decades = Array.from({ length: 10 }, (_, i) => 10 ** (i + 9)).filter((v) => v >= domain[0]! && v <= domain[1]!)
  const short = (v: number) => flopsPerSecond(v).replace('FLOP/s', '')
  return (
    <Figure
      id="roofline" title="Roofline" table={table}
      says={<>What a step reaches (dots: decode, squares: prefill) under what {document.decision.case.device.name} could. Left of the bend memory is the limit, right of it arithmetic.</>}
      panels={[{
        label: 'roofline of the device with the steps of each option',
        draw: (width) => Plot.plot({
          width, height: 320, marginLeft: 52, marginRight: 20, marginTop: 18, marginBottom: 36, style: plotStyle,
          x: { type: 'log', domain: [low, high], label: 'FLOP per byte', labelAnchor: 'center', labelArrow: 'none', ticks: Math.max(3, width / 90), tickFormat: (v: number) => significant(v) },
          y: { type: 'log', domain, label: 'reached, FLOP/s', labelArrow: 'none', grid: true, ticks: decades, tickFormat: (v: number) => short(v) },
          marks: [
            Plot.line(lines, { x: 'x', y: 'y', z: 'units', stroke: ink, strokeWidth: 1.25 }),
            Plot.ruleX(points, { x: 'flops_per_byte', y1: 'flops_per_second', y2: (p: RooflinePoint) => p.flops_per_second / share(p), stroke: rule }),
            Plot.dot(points, { x: 'flops_per_byte', y: 'flops_per_second', symbol: (p: RooflinePoint) => (p.phase === 'decode' ? 'circle' : 'square'), r: 5, fill: (p: RooflinePoint) => colourOf(document, p.option), stroke: 'var(--paper)' }),
            near(
              points.map((p) => ({ x: p.flops_per_byte, y: p.flops_per_second, text: p.option, colour: colourOf(document, p.option) })),
              roofline.roofs.map((roof, i) => ({ x1: Math.max(enters, ridges[i]!), x2: high, y: roof.flops_per_second })),
              roofs
            ),
            Plot.tip(points, Plot.pointer({
              x: 'flops_per_byte', y: 'flops_per_second', ...tipStyle,
              title: (p: RooflinePoint) => `${name(p)}: ${significant(p.tokens)} tokens\n${significant(p.flops_per_byte)} FLOP/byte, ${flopsPerSecond(p.flops_per_second)}\nmodelled`
            }))
          ]
        })
      }]}
    />
  )
}

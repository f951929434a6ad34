import type { PageDocument } from '../document'
import { CashFigure } from './cash'
import { FleetFigure } from './fleet'
import { LatencyFigure } from './latency'
import { QualityFigure } from './quality'
import { ResourcesFigure } from './resources'
import { RooflineFigure } from './roofline'
import { SpeedupFigure } from './speedup'
import { TornadoFigure } from './tornado'

/** The pictures; one whose data are absent is left out. */
export function Charts({ document }: { document: PageDocument }) {
  return (
    <section aria-labelledby="pictures">
      <h2 id="pictures">In pictures</h2>
      <div class="figures">
        <SpeedupFigure document={document} by="batch" />
        <SpeedupFigure document={document} by="context" />
        <ResourcesFigure document={document} />
        <RooflineFigure document={document} />
        <QualityFigure document={document} />
        <FleetFigure document={document} />
        <LatencyFigure document={document} />
        <CashFigure document={document} />
        <TornadoFigure document={document} />
      </div>
    </section>
  )
}

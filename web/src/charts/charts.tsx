import type { PageDocument } from '../document'
import { Part } from '../part'
import { CashFigure } from './cash'
import { FleetFigure } from './fleet'
import { LatencyFigure } from './latency'
import { QualityFigure } from './quality'
import { ResourcesFigure } from './resources'
import { RooflineFigure } from './roofline'
import { SpeedupByBatch, SpeedupByContext } from './speedup'
import { TornadoFigure } from './tornado'

/** The pictures; one whose data are absent is left out. */
export function Charts({ document }: { document: PageDocument }) {
  return (
    <section class="pictures" aria-labelledby="pictures">
      <h2 id="pictures">In pictures</h2>
      <div class="figures">
        <Part document={document} view={SpeedupByBatch} />
        <Part document={document} view={SpeedupByContext} />
        <Part document={document} view={ResourcesFigure} />
        <Part document={document} view={RooflineFigure} />
        <Part document={document} view={QualityFigure} />
        <Part document={document} view={FleetFigure} />
        <Part document={document} view={LatencyFigure} />
        <Part document={document} view={CashFigure} />
        <Part document={document} view={TornadoFigure} />
      </div>
    </section>
  )
}

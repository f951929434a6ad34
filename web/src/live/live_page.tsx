import type { PageDocument } from '../document'
import { Page } from '../page'
import { Controls } from './controls'
import { useLive } from './use_live'

/** The page beside the inputs that it follows. */
export function LivePage({ first }: { first: PageDocument }) {
  const live = useLive(first)
  return (
    <div class="beside">
      <Controls live={live} />
      <Page document={live.document} live />
    </div>
  )
}

import type { PageDocument } from '../document'
import { Page } from '../page'
import type { Api } from './api'
import { Controls } from './controls'
import { Notice } from './notice'
import { useLive } from './use_live'

/** The page beside the inputs that it follows. */
export function LivePage({ first, api }: { first: PageDocument; api: Api }) {
  const live = useLive(first, api)
  return (
    <div class="beside">
      <Controls live={live} />
      <Page document={live.document} standing={live.rough && live.standing === 'answered' ? 'roughly' : live.standing} notice={<Notice live={live} />} />
    </div>
  )
}

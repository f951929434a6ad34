import { useEffect } from 'preact/hooks'
import type { PageDocument } from './document'
import { ArticleView } from './article'
import { Changes, Next, Rules } from './changes'
import { CaseFacts } from './case_facts'
import { Charts } from './charts/charts'
import { OptionsTable } from './options_table'
import { probability } from './format'
import { Sources } from './sources'
import { bestOf, VerdictView } from './verdict'

/** Verdict first, then the options, the pictures, and what would change it. */
export function Page({ document, live = false }: { document: PageDocument; live?: boolean }) {
  const { decision } = document
  const pays = bestOf(decision)?.probability_pays
  useEffect(() => {
    globalThis.document.title = `${decision.case.name}: ${decision.verdict} – bitworth`
  }, [decision.case.name, decision.verdict])
  return (
    <div class="sheet">
      <header class={live ? 'masthead stays' : 'masthead'}>
        <span class="brand">bitworth</span>
        {live && (
          <span class="short-verdict" data-verdict={decision.verdict} role="status">
            <b>{decision.verdict}</b>{typeof pays === 'number' && ` · pays with ${probability(pays)}`}
          </span>
        )}
        <span class="case-name">{decision.case.name}</span>
      </header>
      <main>
        <VerdictView document={document} />
        <CaseFacts decision={decision} />
        <OptionsTable decision={decision} />
        <Charts document={document} />
        <Changes document={document} />
        <Next decision={decision} />
        <Rules decision={decision} />
        <ArticleView decision={decision} />
        <Sources document={document} />
      </main>
      <footer>
        <p>bitworth {document.version} · intervals are 80 %, from {document.draws.toLocaleString('en-US')} draws of the uncertain inputs</p>
      </footer>
    </div>
  )
}

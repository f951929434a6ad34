import type { ComponentChildren } from 'preact'
import { useEffect, useMemo } from 'preact/hooks'
import type { PageDocument } from './document'
import { ArticleView } from './article'
import { Changes, Next, Rules } from './changes'
import { CaseFacts } from './case_facts'
import { Charts } from './charts/charts'
import { OptionsTable } from './options_table'
import { probability } from './format'
import { Part } from './part'
import { Sources } from './sources'
import { bestOf, VerdictView } from './verdict'

interface Props {
  document: PageDocument
  /** Whether the document answers the inputs, where there are any. */
  standing?: 'answered' | 'roughly' | 'computing' | 'unanswered'
  notice?: ComponentChildren
}

function contents(document: PageDocument) {
  return (
    <main>
      <VerdictView document={document} />
      <Part document={document} view={CaseFacts} />
      <Part document={document} view={OptionsTable} />
      <Charts document={document} />
      <Part document={document} view={Changes} />
      <Part document={document} view={Next} />
      <Part document={document} view={Rules} />
      <Part document={document} view={ArticleView} />
      <Part document={document} view={Sources} />
    </main>
  )
}

/** Verdict first, then the options, the pictures, and what would change it. */
export function Page({ document, standing, notice }: Props) {
  const { decision } = document
  const pays = bestOf(decision)?.probability_pays
  useEffect(() => {
    globalThis.document.title = `${decision.case.name}: ${decision.verdict} – bitworth`
  }, [decision.case.name, decision.verdict])
  const answers = standing === 'answered' || standing === 'roughly'
  return (
    <div class={standing && !answers ? 'sheet behind' : 'sheet'}>
      <header class={standing && 'stays'}>
        <div class="masthead">
          <span class="brand">bitworth</span>
          {standing && (
            <span class="short-verdict" data-verdict={decision.verdict} role="status">
              {standing === 'computing' && 'computing…'}
              {standing === 'unanswered' && 'no answer'}
              {answers && <><b>{decision.verdict}</b>{typeof pays === 'number' && ` · pays with ${probability(pays)}`}</>}
              {standing === 'roughly' && ', roughly'}
            </span>
          )}
          <span class="case-name">{decision.case.name}</span>
        </div>
        {notice}
      </header>
      {/* Only another document changes it; an input that moves does not. */}
      {useMemo(() => contents(document), [document])}
      <footer>
        <p>bitworth {document.version} · intervals are 80 %, from {document.draws.toLocaleString('en-US')} draws of the uncertain inputs</p>
      </footer>
    </div>
  )
}

import './style.css'
import { render } from 'preact'
import { isDocument } from './document'
import { apiOver } from './live/api'
import { LivePage } from './live/live_page'
import { moduleTransport } from './live/module'
import { server, type Transport } from './live/transport'
import { Page } from './page'
import { installTips } from './tips'

const root = document.getElementById('page')!
const found: unknown = JSON.parse(document.getElementById('document')?.textContent ?? 'null')

// A report brings its own; where it has none there is a server, or nobody.
function answerer(caseToml: string): Transport | undefined {
  const module = document.getElementById('module')?.textContent
  if (module) return moduleTransport(module, caseToml)
  return location.protocol === 'file:' ? undefined : server
}

root.replaceChildren()
if (isDocument(found)) {
  const transport = found.inputs && answerer(found.case_toml)
  render(transport ? <LivePage first={found} api={apiOver(transport)} /> : <Page document={found} />, root)
  installTips()
} else {
  render(<p>This page holds no decision: make one with <code>bitworth decide CASE --html report.html</code>.</p>, root)
}
// Tables fold away on screen; paper shows them.
let unfolded: HTMLDetailsElement[] = []
addEventListener('beforeprint', () => {
  unfolded = [...document.querySelectorAll('details')].filter((each) => !each.open)
  for (const each of unfolded) each.open = true
})
addEventListener('afterprint', () => {
  for (const each of unfolded) each.open = false
})

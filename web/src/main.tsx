import './style.css'
import { render } from 'preact'
import { isDocument } from './document'
import { LivePage } from './live/live_page'
import { Page } from './page'
import { installTips } from './tips'

const root = document.getElementById('page')!
const found: unknown = JSON.parse(document.getElementById('document')?.textContent ?? 'null')

root.replaceChildren()
if (isDocument(found)) {
  render(found.inputs && location.protocol !== 'file:' ? <LivePage first={found} /> : <Page document={found} />, root)
  installTips()
} else {
  render(<p>This page holds no decision: make one with <code>bitworth decide CASE --html report.html</code>.</p>, root)
}
// Tables fold away on screen; paper shows them.
addEventListener('beforeprint', () => {
  for (const each of document.querySelectorAll('details')) each.open = true
})

// One tip for the whole page: what a number rests on, beside the pointer. The same stands in the tables.

const margin = 8

export function installTips(): void {
  const tip = document.createElement('div')
  tip.className = 'tip'
  tip.setAttribute('aria-hidden', 'true')
  tip.hidden = true
  document.body.append(tip)

  const show = (target: Element): void => {
    tip.textContent = target.getAttribute('data-tip')
    tip.hidden = false
    const at = target.getBoundingClientRect()
    const own = tip.getBoundingClientRect()
    const left = Math.min(Math.max(margin, at.left), innerWidth - own.width - margin)
    const below = at.bottom + margin
    const top = below + own.height > innerHeight ? at.top - own.height - margin : below
    tip.style.left = `${left}px`
    tip.style.top = `${Math.max(margin, top)}px`
  }
  document.addEventListener('pointerover', (event) => {
    const target = event.target instanceof Element ? event.target.closest('[data-tip]') : null
    if (target) show(target)
    else tip.hidden = true
  })
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') tip.hidden = true
  })
  addEventListener('scroll', () => { tip.hidden = true }, { passive: true })
}

import { createHash } from 'node:crypto'
import { defineConfig, type Plugin } from 'vite'

/** Puts styles and script into the page, and allows that one script by its hash: one file, nothing to fetch. */
function oneFile(): Plugin {
  return {
    name: 'one-file',
    enforce: 'post',
    generateBundle(_, bundle) {
      const page = bundle['page.html']
      if (page?.type !== 'asset') throw new Error('no page.html was built')
      let style = ''
      let script = ''
      for (const [name, file] of Object.entries(bundle)) {
        if (name === 'page.html') continue
        if (file.type === 'chunk') script += file.code
        else if (name.endsWith('.css')) style += String(file.source)
        else throw new Error(`${name} cannot be put into the page`)
        delete bundle[name]
      }
      // Nothing inside may look like the end of the element.
      script = `\n${script.replaceAll('</script', '<\\/script').replaceAll('<!--', '<\\!--')}\n`
      const hash = createHash('sha256').update(script).digest('base64')
      page.source = String(page.source)
        .replace(/\s*<script type="module"[^>]*><\/script>/, '')
        .replace(/\s*<link rel="stylesheet"[^>]*>/, '')
        .replace('%SCRIPT_HASH%', `'sha256-${hash}'`)
        .replace('</head>', () => `  <style>\n${style}</style>\n</head>`)
        .replace('</body>', () => `<script type="module">${script}</script>\n</body>`)
    }
  }
}

export default defineConfig({
  base: './',
  build: {
    outDir: process.env['BITWORTH_PAGE_DIR'] ?? 'dist',
    emptyOutDir: true,
    modulePreload: false,
    cssCodeSplit: false,
    target: 'es2022',
    rollupOptions: { input: 'page.html' }
  },
  esbuild: { jsx: 'automatic', jsxImportSource: 'preact', legalComments: 'none' },
  plugins: [oneFile()]
})

// What the template leaves out for people who use a keyboard or a screen reader.
const names = { autocollapse: 'Sections', breadcrumb: 'Where this page is', toc: 'Pages', affix: 'This page' }

function complete(article) {
  for (const region of article.querySelectorAll('pre > code, .table-responsive')) {
    region.tabIndex = 0
  }
  for (const heading of article.querySelectorAll('th')) {
    if (!heading.textContent.trim()) {
      heading.replaceWith(document.createElement('td'))
    }
  }
}

export default {
  // A diagram is drawn, not highlighted.
  configureHljs: hljs => hljs.registerLanguage('mermaid', () => ({})),
  start: () => {
    document.getElementById('logo').alt = ''
    for (const [id, name] of Object.entries(names)) {
      document.getElementById(id)?.setAttribute('aria-label', name)
    }
    // The template puts tables into regions that scroll, after this.
    const article = document.querySelector('article')
    complete(article)
    new MutationObserver(() => complete(article)).observe(article, { childList: true, subtree: true })
  }
}

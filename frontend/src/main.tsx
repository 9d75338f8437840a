import '@fontsource-variable/inter/index.css'
import './app/tokens.css'
import './app/base.css'
import './i18n'

import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'

import { App } from './app/App'

const root = document.getElementById('root')
if (!root) throw new Error('index.html has no element with id "root".')
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
)

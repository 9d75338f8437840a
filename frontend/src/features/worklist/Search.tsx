import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useSearchParams } from 'react-router'

import { changed, readParams, writeParams } from './params'
import styles from './Search.module.css'

const TYPED_FOR_MS = 250

/** The search field; what is typed goes into the URL once the typing rests. Escape empties it, Enter goes to the rows. */
export function Search() {
  const { t } = useTranslation()
  const [search, setSearch] = useSearchParams()
  const params = readParams(search)
  const [text, setText] = useState(params.search)
  const [followed, setFollowed] = useState(params.search)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  // The URL may change elsewhere (back, clear filters): the field follows it.
  if (followed !== params.search) {
    setFollowed(params.search)
    setText(params.search)
  }
  useEffect(() => () => clearTimeout(timer.current), [])
  const ask = (value: string) => {
    clearTimeout(timer.current)
    setFollowed(value.trim())
    setSearch((now) => writeParams(changed(readParams(now), { search: value.trim() })), { replace: true })
  }
  return (
    <input
      type="search"
      id="worklist-search"
      className={styles.search}
      placeholder={`⌕ ${t('worklist.searchShort')}`}
      aria-label={t('worklist.search')}
      title={t('worklist.search')}
      value={text}
      onChange={(event) => {
        const { value } = event.target
        setText(value)
        clearTimeout(timer.current)
        timer.current = setTimeout(() => ask(value), TYPED_FOR_MS)
      }}
      onKeyDown={(event) => {
        if (event.key === 'Enter') {
          ask(text)
          event.currentTarget.blur()
        } else if (event.key === 'Escape') {
          if (text) {
            setText('')
            ask('')
          }
          event.currentTarget.blur()
        }
      }}
    />
  )
}

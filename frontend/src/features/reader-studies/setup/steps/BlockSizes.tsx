import { useState } from 'react'
import { useTranslation } from 'react-i18next'

import { useDraft } from '../../draft/context'
import { TextField } from '../../fields/Field'
import { readSizes } from '../../protocol/sizes'

/** Sizes of the blocks that orders are drawn in; which follows which stays hidden. */
export function BlockSizes() {
  const { t } = useTranslation()
  const { protocol, change } = useDraft()
  const sizes = protocol.order.block_sizes
  const [text, setText] = useState(sizes.join(', '))
  const read = readSizes(text)
  const typed = (value: string) => {
    setText(value)
    const found = readSizes(value)
    if (found) change(['order', 'block_sizes'], found)
  }
  return <TextField label={t('studySetup.design.blocks')} hint={t('studySetup.design.blocksHint')} field="order.block_sizes" value={text} error={read ? undefined : t('studySetup.design.blocksWrong')} onChange={typed} />
}

import { words } from '@/i18n/words'

export const appWords = words({ worklist: 'Worklist' }, { worklist: '工作列表' })

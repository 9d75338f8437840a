import { words } from '@/i18n/words'

export const viewerWords = words({ title: 'Viewer' }, { title: '阅片' })

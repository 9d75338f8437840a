import { words } from '@/i18n/words'

export const appWords = words(
  {
    nav: 'Pages',
    worklist: 'Worklist',
    console: 'Console',
    studies: 'Reader studies',
    reports: 'Reports',
    setAside: 'Set aside',
    workers: 'Workers',
    sources: 'Sources',
    setAsideWaiting: '{{count}} waiting for a decision',
    skip: 'Skip to content',
    home: {
      title: 'Nothing is assigned to you yet',
      none: 'Your account has no role yet. An administrator can give it one. Studies that you have a part in stand under “Reader studies”.',
    },
    missing: { title: 'There is no such page', back: 'Go to the start page' },
    refused: { title: 'This page is not for your role', text: 'Clinical studies are seen by radiologists and administrators. Nothing was opened.' },
  },
  {
    nav: '页面',
    worklist: '工作列表',
    console: '操作台',
    studies: '阅片研究',
    reports: '报告',
    setAside: '待裁定',
    workers: '计算节点',
    sources: '数据源',
    setAsideWaiting: '{{count}} 项等待裁定',
    skip: '跳到正文',
    home: {
      title: '暂无分配给您的内容',
      none: '您的账户尚无角色，请联系管理员。您参与的研究列在“阅片研究”中。',
    },
    missing: { title: '没有这个页面', back: '回到首页' },
    refused: { title: '您的角色不能查看此页面', text: '临床检查仅供放射科医师和管理员查看。没有打开任何内容。' },
  },
)

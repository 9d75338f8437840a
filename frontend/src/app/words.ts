import { words } from '@/i18n/words'

export const appWords = words(
  {
    nav: 'Pages',
    worklist: 'Worklist',
    console: 'Console',
    setAside: 'Set aside',
    workers: 'Workers',
    sources: 'Sources',
    setAsideWaiting: '{{count}} waiting for a decision',
    skip: 'Skip to content',
    home: {
      title: 'Nothing is assigned to you yet',
      reader: 'Reader studies will appear here once an investigator assigns you to one. Clinical studies are not shown to readers.',
      investigator: 'Your reader studies will appear here. Clinical studies are not shown to investigators outside of a reader study.',
      none: 'Your account has no role yet. An administrator can give it one.',
    },
    missing: { title: 'There is no such page', back: 'Go to the start page' },
    refused: { title: 'This page is not for your role', text: 'Clinical studies are seen by radiologists and administrators. Nothing was opened.' },
  },
  {
    nav: '页面',
    worklist: '工作列表',
    console: '操作台',
    setAside: '待裁定',
    workers: '计算节点',
    sources: '数据源',
    setAsideWaiting: '{{count}} 项等待裁定',
    skip: '跳到正文',
    home: {
      title: '暂无分配给您的内容',
      reader: '研究者把您加入阅片研究后会显示在这里。阅片者不能查看临床检查。',
      investigator: '您的阅片研究会显示在这里。研究者在阅片研究之外不能查看临床检查。',
      none: '您的账户尚无角色，请联系管理员。',
    },
    missing: { title: '没有这个页面', back: '回到首页' },
    refused: { title: '您的角色不能查看此页面', text: '临床检查仅供放射科医师和管理员查看。没有打开任何内容。' },
  },
)

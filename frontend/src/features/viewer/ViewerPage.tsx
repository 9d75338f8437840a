import { useParams } from 'react-router'

import { StudyViewer } from './StudyViewer'

/** `/viewer/{uid}/`. Another study is another page: keyed, so that nothing of one shows in the next. */
export default function ViewerPage() {
  const { uid } = useParams()
  return uid ? <StudyViewer key={uid} uid={uid} /> : null
}

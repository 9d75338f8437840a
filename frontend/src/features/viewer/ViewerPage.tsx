import { useParams } from 'react-router'

export default function ViewerPage() {
  const { uid } = useParams()
  return <p>{uid}</p>
}

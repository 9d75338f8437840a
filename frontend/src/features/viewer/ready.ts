/** What the viewer needs before its first picture, made ready while a list is still being read. */
import { startCornerstone } from './imaging/cornerstone'
import { rehearse } from './imaging/rehearsal'
// The page itself, so that opening a study fetches no code.
import './ViewerPage'

export async function makeViewerReady(): Promise<void> {
  await startCornerstone()
  await rehearse()
}

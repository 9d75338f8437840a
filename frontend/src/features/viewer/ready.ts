/** What the viewer needs before its first picture, made ready while a list is still being read. */
import { renderingEngine, startCornerstone } from './imaging/cornerstone'
// The page itself, so that opening a study fetches no code.
import './ViewerPage'

export async function makeViewerReady(): Promise<void> {
  await startCornerstone()
  renderingEngine()
}

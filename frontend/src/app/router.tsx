/** The pages and where they live; the viewer's weight (Cornerstone3D) is fetched only when it opens. */
import { createBrowserRouter, Navigate } from 'react-router'

export const router = createBrowserRouter([
  { path: '/worklist/', element: <p>worklist</p> },
  { path: '/viewer/:uid/', lazy: async () => ({ Component: (await import('@/features/viewer/ViewerPage')).default }) },
  { path: '*', element: <Navigate to="/worklist/" replace /> },
])

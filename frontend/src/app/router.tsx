/** The pages and where they live; the viewer's weight (Cornerstone3D) is fetched only when it opens. */
import { createBrowserRouter } from 'react-router'

import { ConsolePage } from '@/features/console/ConsolePage'
import { SignInPage } from '@/features/session/SignInPage'
import { SetAsidePage } from '@/features/set-aside/SetAsidePage'
import { ShadowModePage } from '@/features/shadow-mode/ShadowModePage'
import { SourcesPage } from '@/features/sources/SourcesPage'
import { WorkersPage } from '@/features/workers/WorkersPage'

import { Header } from './Header'
import { AdministratorOnly, Broken, ClinicalOnly, Home, Missing, WorklistWithIntake } from './pages'
import { SessionGate, useSignedIn } from './SessionGate'
import { Shell } from './Shell'

const viewer = async () => {
  const { default: ViewerPage } = await import('@/features/viewer/ViewerPage')
  return {
    Component: () => (
      <ClinicalOnly>
        <ViewerPage />
      </ClinicalOnly>
    ),
  }
}

const reading = async () => {
  const { default: ReadingPage } = await import('@/features/reading/ReadingPage')
  return {
    Component: function Reading() {
      return <ReadingPage header={<Header session={useSignedIn()} />} />
    },
  }
}

const studies = async () => {
  const { StudiesPage } = await import('@/features/reader-studies/pages')
  return { Component: StudiesPage }
}

const study = async () => {
  const { StudyPage } = await import('@/features/reader-studies/pages')
  return { Component: StudyPage }
}

const invitation = async () => {
  const { InvitationPage } = await import('@/features/reader-studies/pages')
  return { Component: InvitationPage }
}

const reports = async () => {
  const { StartPage } = await import('@/features/reports/pages')
  return { Component: StartPage }
}

const reportsOf = async () => {
  const { SourcePage } = await import('@/features/reports/pages')
  return { Component: SourcePage }
}

const report = async () => {
  const { ReportPage } = await import('@/features/reports/pages')
  return { Component: ReportPage }
}

const paper = async () => {
  const { PaperPage } = await import('@/features/reports/pages')
  return { Component: PaperPage }
}

const tagging = async () => {
  const { default: TaggingPage } = await import('@/features/tagging/TaggingPage')
  return {
    Component: function Tagging() {
      return <TaggingPage header={<Header session={useSignedIn()} />} />
    },
  }
}

const coding = async () => {
  const { default: CodingPage } = await import('@/features/coding/CodingPage')
  return {
    Component: function Coding() {
      return <CodingPage header={<Header session={useSignedIn()} />} />
    },
  }
}

const cutoffs = async () => {
  const { default: CutoffDeskPage } = await import('@/features/cutoff-desk/CutoffDeskPage')
  return { Component: CutoffDeskPage }
}

export const router = createBrowserRouter([
  {
    errorElement: <Broken />,
    hydrateFallbackElement: <></>,
    children: [
      { path: '/sign-in/', element: <SignInPage /> },
      { path: '/console/', element: <ConsolePage /> },
      {
        element: <SessionGate />,
        children: [
          { path: '/viewer/:uid/', lazy: viewer },
          { path: '/reading/:study/', lazy: reading },
          { path: '/tagging/:study/', lazy: tagging },
          { path: '/coding/:study/', lazy: coding },
          {
            element: <Shell />,
            children: [
              { path: '/', element: <Home /> },
              { path: '/studies/', lazy: studies },
              { path: '/studies/:key/', lazy: study },
              { path: '/reports/cutoffs/', lazy: cutoffs },
              { path: '/invitation/:token/', lazy: invitation },
              { path: '/reports/', lazy: reports },
              { path: '/reports/paper/', lazy: paper },
              { path: '/reports/:key/', lazy: report },
              { path: '/reports/:kind/:key/', lazy: reportsOf },
              { path: '/worklist/', element: <ClinicalOnly><WorklistWithIntake /></ClinicalOnly> },
              { path: '/set-aside/', element: <AdministratorOnly><SetAsidePage /></AdministratorOnly> },
              { path: '/shadow-mode/', element: <ClinicalOnly><ShadowModePage /></ClinicalOnly> },
              { path: '/workers/', element: <AdministratorOnly><WorkersPage /></AdministratorOnly> },
              { path: '/sources/', element: <AdministratorOnly><SourcesPage /></AdministratorOnly> },
              { path: '*', element: <Missing /> },
            ],
          },
        ],
      },
    ],
  },
])

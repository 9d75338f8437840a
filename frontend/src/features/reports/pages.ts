/** The pages of reports that the router fetches when one of them is opened. */
export { ReportPage, SourcePage, StartPage } from './desk/pages'
export { PaperPage } from './paper/PaperPage'

/** The pages of reader studies that the router fetches when one of them is opened. */
export { InvitationPage } from './invitation/InvitationPage'
export { StudiesPage } from './list/StudiesPage'
export { StudyPage } from './study/StudyPage'

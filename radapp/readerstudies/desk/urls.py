"""URLs of the desk, below /api/; who may call each stands in permissions.py."""

from django.urls import path

from radapp.readerstudies.blinding.api import CertificateView
from radapp.readerstudies.desk import act_api, api, case_api, member_api

STUDY = "reader-studies/<str:key>/"

urlpatterns = [
    path("reader-studies/", api.ReaderStudiesView.as_view(), name="api-reader-studies"),
    path("reader-studies/presets/", api.PresetsView.as_view(), name="api-reader-study-presets"),
    path(STUDY, api.ReaderStudyView.as_view(), name="api-reader-study"),
    path(f"{STUDY}protocol/", api.ProtocolView.as_view(), name="api-study-protocol"),
    path(f"{STUDY}copy/", api.CopyView.as_view(), name="api-study-copy"),
    path(f"{STUDY}check/", api.CheckView.as_view(), name="api-study-check"),
    path(f"{STUDY}certificate/", CertificateView.as_view(), name="api-study-certificate"),
    path(f"{STUDY}timetable/", api.TimetableView.as_view(), name="api-study-timetable"),
    path(f"{STUDY}power/", api.PowerView.as_view(), name="api-study-power"),
    path(f"{STUDY}audit/", api.AuditView.as_view(), name="api-study-audit"),
    path(f"{STUDY}acts/", act_api.ActsView.as_view(), name="api-study-acts"),
    path(f"{STUDY}amendments/", act_api.AmendmentsView.as_view(), name="api-study-amendments"),
    path(f"{STUDY}candidates/", case_api.CandidatesView.as_view(), name="api-study-candidates"),
    path(f"{STUDY}cases/", case_api.CasesView.as_view(), name="api-study-cases"),
    path(f"{STUDY}cases/<str:case>/", case_api.CaseView.as_view(), name="api-study-case"),
    path(f"{STUDY}cases/<str:case>/withdrawal/", case_api.WithdrawalView.as_view(), name="api-study-withdrawal"),
    path(f"{STUDY}flow/", case_api.FlowView.as_view(), name="api-study-flow"),
    path(f"{STUDY}people/", member_api.PeopleView.as_view(), name="api-study-people"),
    path(f"{STUDY}members/", member_api.MembersView.as_view(), name="api-study-members"),
    path(f"{STUDY}members/<str:member>/", member_api.MemberView.as_view(), name="api-study-member"),
    path(f"{STUDY}members/<str:member>/end/", member_api.MemberEndView.as_view(), name="api-study-member-end"),
    path(f"{STUDY}members/<str:member>/replacement/", member_api.ReplacementView.as_view(), name="api-study-replacement"),
    path(f"{STUDY}waivers/", member_api.WaiversView.as_view(), name="api-study-waivers"),
    path(f"{STUDY}invitations/", member_api.InvitationsView.as_view(), name="api-study-invitations"),
    path(f"{STUDY}invitations/<str:invitation>/", member_api.InvitationView.as_view(), name="api-study-invitation"),
    path(f"{STUDY}reminders/", member_api.RemindersView.as_view(), name="api-study-reminders"),
    path(f"{STUDY}progress/", member_api.ProgressView.as_view(), name="api-study-progress"),
    path("invitations/<str:token>/", member_api.OfferView.as_view(), name="api-invitation"),
]

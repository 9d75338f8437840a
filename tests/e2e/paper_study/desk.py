"""An investigator at the desk: what they click and type, from the first draft to the unblinded study."""

import re
from dataclasses import dataclass

from playwright.sync_api import Page, expect

from tests.e2e.paper_study.camera import Camera

TOLD = "About half of the patients have local recurrence."
FACTS = "All were treated with radiotherapy for nasopharyngeal carcinoma."


@dataclass(frozen=True)
class Desk:
    """One study's pages; `password` is the signature."""

    page: Page
    camera: Camera
    password: str
    name: str
    """Of the study, short: begins the names of pictures."""

    def look(self, what: str) -> None:
        self.camera.look(self.page, what, of=self.name)

    @property
    def address(self) -> str:
        """The study's own, without a step or view."""
        return self.page.url.split("?")[0]

    def found(self, title: str) -> None:
        """A new study with the paper's design, from the list of studies."""
        self.page.wait_for_url("**/studies/")
        self.look("list before")
        self.page.get_by_test_id("new-study").click()
        self.page.get_by_label("Title").fill(title)
        expect(self.page.get_by_label("The paper's design")).to_be_checked()
        self.look("new")
        self.page.get_by_role("button", name="Begin").click()
        self.page.wait_for_url("**/studies/*/")

    def copy(self, title: str) -> None:
        """A copy of the study that is open, with its cases and without its people."""
        before = self.address
        self.page.get_by_role("button", name="Copy", exact=True).click()
        self.page.get_by_role("dialog").get_by_label("Title").fill(title)
        self.look("copy")
        self.page.get_by_role("dialog").get_by_role("button", name="Copy", exact=True).click()
        self.page.wait_for_url(lambda url: "/studies/" in url and before not in url)

    def go(self, step: str) -> None:
        self.page.get_by_test_id(f"go-{step}").click()
        expect(self.page.get_by_test_id(f"step-{step}")).to_be_visible()

    def aim(self, hypothesis: str) -> None:
        """The question; the analyses are the preset's."""
        self.go("aim")
        self.page.get_by_label("Hypothesis").first.fill(hypothesis)
        self.saved()
        self.look("aim")

    def saved(self) -> None:
        expect(self.page.get_by_test_id("save-state")).to_have_attribute("data-standing", "saved")

    def pick_cases(self, accessions: list[str]) -> None:
        """Each by its accession number; their truths come along."""
        self.go("cases")
        for accession in accessions:
            self.page.get_by_test_id("candidates").get_by_label(accession).check()
        self.page.get_by_test_id("add-picked").click()
        self._added(len(accessions))

    def fill_targets(self, positive: int, negative: int) -> None:
        """As many of each truth as the question needs, drawn from all that the archive has."""
        self.go("cases")
        self.page.get_by_label("Local recurrence", exact=True).fill(str(positive))
        self.page.get_by_label("Without local recurrence", exact=True).fill(str(negative))
        self.saved()
        self.look("cases wanted")
        self.page.get_by_test_id("fill-targets").click()
        self._added(positive + negative)

    def _added(self, count: int) -> None:
        expect(self.page.get_by_test_id("added")).to_contain_text(re.compile(rf"^{count} cases? added"))
        expect(self.page.get_by_test_id("truth-bars")).not_to_contain_text("not established")
        expect(self.page.get_by_test_id("stard-flow")).to_contain_text(f"Included (n\u00a0=\u00a0{count})")
        self.look("cases")

    def add_readers(self, *readers: tuple[str, str]) -> None:
        """(name in reports, years): the first who may read is proposed, senior and junior by turns."""
        self.go("members")
        form = self.page.get_by_test_id("new-reader")
        for name, years in readers:
            form.get_by_label("Years").fill(years)
            form.get_by_role("button", name="Add as reader").click()
            row = self.page.get_by_test_id("members-reader").get_by_test_id("member").filter(has_text=name)
            expect(row).to_contain_text(years)
        expect(form.get_by_role("button", name="Add as reader")).to_be_enabled()
        self.look("readers")

    def invite_reader(self, email: str, seniority: str, years: str) -> str:
        """The link of an invitation, to be passed on."""
        self.go("members")
        form = self.page.get_by_test_id("invite")
        form.get_by_label("E-mail").fill(email)
        form.get_by_label("Seniority").select_option(seniority)
        form.get_by_label("Years").fill(years)
        form.get_by_role("button", name="Invite").click()
        link = form.get_by_test_id("invitation-link").locator("code").inner_text()
        self.look("invitation made")
        return link

    def design(self, preset: str) -> None:
        """What may be seen, by the name of a preset."""
        self.go("design")
        self.page.get_by_role("button", name=preset, exact=True).click()
        self.saved()
        self.look("design")

    def tell(self) -> None:
        """What readers are told; the form is the paper's."""
        self.go("form")
        self.page.get_by_label("Prevalence").fill(TOLD)
        self.page.get_by_label("Clinical facts").fill(FACTS)
        self.saved()
        self.look("form")

    def check(self) -> None:
        """The blinding check finds it fit."""
        self.go("blinding")
        self.page.get_by_test_id("run-check").click()
        findings = self.page.get_by_test_id("findings")
        expect(findings).to_be_visible(timeout=300_000)
        assert findings.get_attribute("data-fit") == "true", findings.inner_text()
        expect(self.page.get_by_test_id("certificate")).to_have_attribute("data-ok", "true")
        self.look("blinding check")

    def open(self, cases: int, readers: int) -> None:
        """Signed: each reader's order is stored."""
        self.go("open")
        self.page.get_by_test_id("sign-open").click()
        self.look("sign and open")
        self._sign("Sign and open", wrong_first=True)
        rows = self.page.get_by_test_id("matrix").locator("tbody tr")
        expect(rows).to_have_count(readers)
        expect(rows.first.locator("td[data-state=waiting]")).to_have_count(cases)
        self.look("opened")

    def act(self, act: str, reason: str = "") -> None:
        """Sign one act of a study that runs: close, reopen, lock, unblind."""
        self.view("progress")
        self.page.get_by_test_id(f"act-{act}").click()
        if reason:
            self.page.get_by_test_id("sign-dialog").get_by_label("Reason").fill(reason)
        self.look(f"sign and {act}")
        self._sign(f"Sign and {act}")
        expect(self.page.get_by_test_id("sign-dialog")).to_have_count(0)

    def _sign(self, word: str, *, wrong_first: bool = False) -> None:
        dialog = self.page.get_by_test_id("sign-dialog")
        password = dialog.get_by_label("Your password, as signature")
        if wrong_first:
            password.fill("not the password")
            dialog.get_by_role("button", name=word).click()
            expect(dialog).to_contain_text("nothing was signed")
        password.fill(self.password)
        dialog.get_by_role("button", name=word).click()

    def view(self, view: str) -> None:
        self.page.goto(f"{self.address}?view={view}")
        expect(self.page.get_by_test_id(f"view-{view}")).to_be_visible()

    def replace(self, reader: str, why: str) -> None:
        """Another one who may read takes this reader's place."""
        self.view("members")
        row = self.page.get_by_test_id("members-reader").get_by_test_id("member").filter(has_text=reader)
        row.get_by_role("button", name="Replace …").click()
        dialog = self.page.get_by_role("dialog")
        dialog.get_by_label("Reason").fill(why)
        self.look("replace")
        dialog.get_by_role("button", name="Replace", exact=True).click()
        expect(dialog).to_contain_text("reads instead of")
        dialog.get_by_text("Close", exact=True).click()
        expect(row).to_contain_text(why)
        self.look("replaced")

    def states(self) -> dict[str, int]:
        """How many squares of the matrix stand where."""
        self.view("progress")
        expect(self.page.get_by_test_id("matrix")).to_be_visible()
        squares = self.page.get_by_test_id("matrix").locator("td[data-state]")
        found = [str(one.get_attribute("data-state")) for one in squares.all()]
        return {state: found.count(state) for state in sorted(set(found))}

    def verify(self) -> None:
        """The audit chain is whole."""
        self.page.goto(f"{self.address}?view=audit")
        self.page.get_by_role("button", name="Verify the chain now").click()
        expect(self.page.get_by_test_id("verification")).to_have_attribute("data-whole", "true")
        self.look("audit trail")

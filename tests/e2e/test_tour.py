"""Every page of the demo, as the people of the demo: each kind of page once, wherever the first of them finds a link to it.

New pages are found by themselves. Looked at in desktop width and on a phone: console errors, breaches of the content policy, sideways
scroll, serious findings of axe, and English that nobody translated.
"""

import re
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.urls import Resolver404, resolve

from accounts.models import User
from positions.models import PowerItem
from risks.models import Campaign, RiskEntry

# Clerk, department head, leader in charge, unit head, head of the discipline committee, office of the leading group, administrators.
PEOPLE = ("B022", "C022", "B012", "A003", "A001", "A005", "S901", "S902", "S903")
# Answers that are files, and pages whose content is technical: names of actions, of routes, of library classes.
FILES = re.compile(
    r"export|download|document|template|proof|file$|notice$|advice$|rectification_report|attachment|opinion|certificate|result_sheet|import_findings|logout|healthz"
)
TECHNICAL = {"audit:index", "audit:detail", "api:description"}
WORDS_WE_SAY = {
    "Excel",
    "CSV",
    "zip",
    "Word",
    "PDF",
    "WPS",
    "OFD",
    "PNG",
    "JPEG",
    "xlsx",
    "docx",
    "txt",
    "CNNY",
    "CNNKS",
    "Ctrl",
    "Enter",
    "Esc",
    "WebAuthn",
    "TOTP",
}
LINKS = """() => [...document.querySelectorAll("a[href]:not([download]), [data-href]")]
  .map((e) => e.dataset.href || e.getAttribute("href") || "").filter((url) => url.startsWith("/"))"""
VISIBLE_TEXT = """() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const found = [];
  while (walker.nextNode()) {
    const parent = walker.currentNode.parentElement;
    if (!parent.closest("script, style, template, code, kbd, [lang=en]") && parent.checkVisibility()) found.push(walker.currentNode.data);
  }
  return found.join("\\n");
}"""


SAMPLE = Path(__file__).resolve().parent.parent / "reporting" / "samples" / "register_bureau.xlsx"


def route_of(address: str) -> str:
    """The name of the page at the address, empty when it is none to look at."""
    try:
        match = resolve(address.split("?", maxsplit=1)[0].split("#", maxsplit=1)[0])
    except Resolver404:
        return ""
    return "" if FILES.search(match.view_name) else match.view_name


@pytest.mark.usefixtures("transactional_db")
def test_every_page_as_every_role(new_context, login, axe, screenshot):
    call_command("demo", stdout=StringIO())
    seen: set[str] = set()
    faults: list[str] = []
    for number in PEOPLE:
        page = new_context().new_page()
        login(page, User.objects.get(staff_number=number))
        seen.discard("web:start")  # another one for everybody
        waiting = ["/"]
        while waiting:
            address = waiting.pop(0)
            route = route_of(address)
            if not route or route in seen:
                continue
            seen.add(route)
            page.set_viewport_size({"width": 1440, "height": 900})
            page.goto(address)
            waiting += page.evaluate(LINKS)
            text = re.findall(r"[A-Za-z]{3,}", page.evaluate(VISIBLE_TEXT))
            if route not in TECHNICAL and (english := sorted(set(text) - WORDS_WE_SAY)):
                faults.append(f"{number} {address}: not Chinese: {english}")
            try:
                axe(page)
            except AssertionError as found:
                faults.append(f"{number} {found}")
            page.set_viewport_size({"width": 390, "height": 844})
            page.evaluate("() => new Promise((done) => requestAnimationFrame(() => { window.lookForSidewaysScroll(); done(); }))")
        page.close()
    assert not faults, "\n".join(faults)
    assert len(seen) > 60, f"only {len(seen)} kinds of pages were found: {sorted(seen)}"
    take_pictures(new_context, login, screenshot)


def take_pictures(new_context, login, screenshot):
    """The pictures of README.md and of the guides for users."""

    def page_of(number, address):
        page = new_context().new_page()
        login(page, User.objects.get(staff_number=number))
        page.goto(address)
        return page

    power = PowerItem.objects.in_force().get(number="BZ-02")
    page = page_of("B022", f"/powers/items/{power.pk}/")
    page.locator(".fc-step").first.wait_for()
    screenshot(page, "flowchart")
    entry = RiskEntry.objects.filter(declaration__declarant__staff_number="C022", declaration__state="draft").first()
    screenshot(page_of("C022", f"/risks/forms/{entry.declaration_id}/risks/{entry.pk}/"), "form")
    campaign = Campaign.objects.running().get(unit__code="CNNY")
    screenshot(page_of("A001", f"/risks/grading/campaigns/{campaign.pk}/"), "grading")
    screenshot(page_of("B022", "/risks/register/"), "register")
    page = page_of("A001", "/reports/dashboard/")
    page.locator("#dashboard canvas").first.wait_for()
    screenshot(page, "dashboard")
    page = new_context(viewport={"width": 1920, "height": 1080}).new_page()
    login(page, User.objects.get(staff_number="A001"))
    page.goto("/reports/dashboard/wide/")
    page.locator("#wall canvas").first.wait_for()
    screenshot(page, "wide-screen")
    page = page_of("B022", "/reports/imports/new/")
    page.get_by_label("Excel 文件").set_input_files(SAMPLE)
    page.get_by_role("button", name="上传并读取").click()
    page.get_by_role("button", name="试导入", exact=True).wait_for()
    screenshot(page, "import")

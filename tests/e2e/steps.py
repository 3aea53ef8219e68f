"""What people do on many pages."""

from playwright.sync_api import Page


def confirm(page: Page, name: str, reason: str = "") -> None:
    """A step that asks once, with a reason where it wants one."""
    page.locator("summary", has_text=name).first.click()
    dialog = page.get_by_role("dialog")
    if reason:
        dialog.locator("textarea[name=reason]").fill(reason)
    dialog.get_by_role("button", name=name, exact=True).click()
    page.wait_for_load_state("networkidle")

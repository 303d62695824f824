"""The index of pages against a running hall: nothing on it leads to a refusal."""


def test_no_link_on_the_home_page_ends_in_a_refusal(hall, tab):
    tab.goto(f"{hall.url}/?lang=zh")
    tab.locator(".windows li").first.wait_for()
    links = tab.locator("a[href]").evaluate_all("all => [...new Set(all.map(one => one.href))]")
    assert f"{hall.url}/board" in links and f"{hall.url}/window/1" in links
    refused = []
    tab.on("response", lambda answer: answer.status >= 400 and not answer.url.endswith("/api/v1/session") and refused.append(answer.url))

    for link in links:
        tab.goto(link + "?lang=zh")
        tab.locator("#page > *").first.wait_for()
        tab.wait_for_load_state("networkidle") if "/manage" not in link else None
        said = tab.locator("body").inner_text()
        if any(word in said for word in ("没有权限", "令牌", "不能打开", "没有找到", "请刷新后再试")):
            refused.append(f"{link}: {said[:80]}")

    assert not refused, refused

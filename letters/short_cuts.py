"""Short cuts into WeasyPrint for the press: methods of its own, replaced by ones that remember.

None of these methods is public. tests/letters/test_press.py holds that every byte is the same
without them; should WeasyPrint drop or change one, papers cost more or that test fails.
"""

import sys
from typing import Any

# Of one press. A letter needs about fifty, and each of its languages and feet some of its own.
KEPT_STYLES = 2_000
KEPT_SIZES = 64  # of one style
_SIDES = ("left", "right", "top", "bottom")
_USED = (
    *(f"{what}_{side}" for what in ("margin", "padding") for side in _SIDES),
    *(f"{limit}{size}" for limit in ("", "min_", "max_") for size in ("width", "height")),
)
_BORDERS = tuple(f"border_{side}_width" for side in _SIDES)


def take() -> None:
    """Replace the methods in this process. Call it before the first page is drawn."""
    _keep_shaped_lines()
    _keep_styles()
    _keep_used_sizes()
    _ask_less_often()


def _keep_shaped_lines() -> None:
    """Draw a line as it was shaped for the layout, instead of shaping it again.

    WeasyPrint forgets each shaped line to save memory and makes it anew to draw it, which a letter
    can do without. Only the spaces of justified lines are other when drawn. It also says of each
    line before it is drawn that it is one paragraph, and Pango shapes anew what that is new to.
    """
    from weasyprint.text.ffi import pango
    from weasyprint.text.line_break import Layout

    forget, shape_again, set_text = Layout.deactivate, Layout.reactivate, Layout.set_text

    def deactivate(line: Layout) -> None:
        if line.justification_spacing:
            forget(line)

    def reactivate(line: Layout, style: Any) -> None:
        if line.justification_spacing:
            shape_again(line, style)

    def set_text_of_one(line: Layout, text: str, justify: bool = False) -> None:
        pango.pango_layout_set_single_paragraph_mode(line.layout, text.splitlines() == [text])
        set_text(line, text, justify)

    Layout.deactivate, Layout.reactivate = deactivate, reactivate
    Layout.set_text = set_text_of_one


def _keep_styles() -> None:
    """Work out what the rules make of an element once, and not for each letter.

    WeasyPrint shares a style among elements of one page that have the same rules and the same
    parent. Our style sheets are parsed once and live as long as the press, so the next page can
    share it too. Values are told apart by their identity; a kept style keeps its values, so none
    of their numbers comes to mean another one. Only the language stands in the page itself.
    """
    from weasyprint.css import StyleFor

    work_out = StyleFor.set_computed_styles
    kept: dict[tuple[Any, ...], Any] = {}

    def set_computed_styles(
        page: StyleFor,
        element: Any,
        parent: Any,
        root: Any = None,
        pseudo_type: str | None = None,
        base_url: str | None = None,
        target_collector: Any = None,
    ) -> None:
        styles, rules = page.get_computed_styles(), page.get_cascaded_styles()
        key = (
            None if parent is None else id(styles[parent, None]),
            pseudo_type,
            *(
                (name, value if name == "lang" else id(value), origin, layer, *specificity)
                for name, (value, (origin, layer, specificity)) in rules.get(
                    (element, pseudo_type), {}
                ).items()
            ),
        )
        if key in kept:
            styles[element, pseudo_type] = kept[key]
            if target_collector and kept[key]["anchor"]:
                target_collector.collect_anchor(kept[key]["anchor"])
            return
        if len(kept) >= KEPT_STYLES:
            kept.clear()
        work_out(page, element, parent, root, pseudo_type, base_url, target_collector)
        kept[key] = styles[element, pseudo_type]

    StyleFor.set_computed_styles = set_computed_styles


def _keep_used_sizes() -> None:
    """Work out margins, padding and limits of a style once for each size of what is around it.

    Borders that cells share are settled by the table before, so those are left as they are.
    """
    from weasyprint.formatting_structure.boxes import Box
    from weasyprint.layout.percent import resolve_percentages as work_out

    def resolve_percentages(box: Any, containing_block: Any) -> None:
        style, used = box.style, vars(box)
        if style["box_sizing"] == "border-box":  # there sizes depend on borders
            work_out(box, containing_block)
            return
        around = containing_block
        room = (around.width, around.height) if isinstance(around, Box) else tuple(around)
        kept = vars(style).setdefault("used_sizes", {})
        sizes = kept.get((type(box), room))
        if sizes is None:
            work_out(box, containing_block)
            if len(kept) >= KEPT_SIZES:
                kept.clear()
            kept[type(box), room] = {name: used[name] for name in _USED}
            return
        used.update(sizes)
        shared = style["border_collapse"] == "collapse"
        for border in _BORDERS:
            if not (shared and border in used):
                used[border] = style[border]

    for name, module in list(sys.modules.items()):  # they hold it by its name
        if name.startswith("weasyprint.") and vars(module).get("resolve_percentages") is work_out:
            vars(module)["resolve_percentages"] = resolve_percentages


def _ask_less_often() -> None:
    """Answer what is asked a thousand times for each letter in one step instead of five."""
    import pydyf
    from weasyprint.formatting_structure.boxes import Box

    other_to_bytes = pydyf._to_bytes

    def is_in_normal_flow(box: Box) -> bool:
        return box.style["position"] in ("static", "relative") and box.style["float"] == "none"

    def to_bytes(item: Any) -> bytes:
        kind = type(item)
        if kind is bytes:
            return item
        return b"%d" % item if kind is int else other_to_bytes(item)

    Box.is_in_normal_flow, pydyf._to_bytes = is_in_normal_flow, to_bytes

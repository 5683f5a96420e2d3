"""Two records of one target become one, and two again. Both histories are kept."""

import pytest
from django.test import Client
from django.urls import reverse

from campaigns import target_merge, targets
from campaigns.models import Case, CaseState, Event, Target, TargetLink, User
from campaigns.target_merge import MergeRefused
from tests.factories import link_targets, make_case, make_group, make_target, make_user

pytestmark = pytest.mark.django_db
S = CaseState


@pytest.fixture
def ana(client: Client) -> User:
    make_group()
    user = make_user("Ana")
    client.force_login(user)
    return user


@pytest.fixture
def kept(ana: User) -> Target:
    target = make_target("Maple 114 LLC", phone="")
    make_case(state=S.ESCALATING, team=[ana], target=target)
    targets.add_alias(target, name="The Maple", source="sign", by=ana)
    return target


@pytest.fixture
def gone(ana: User) -> Target:
    target = make_target("Maple One Fourteen", phone="206 555 0188", address="9 Oak Street")
    make_case(state=S.PREPARING, team=[ana], target=target)
    targets.add_alias(target, name="M114", source="lease", by=ana)
    return target


def names(target: Target) -> list[str]:
    return [alias.name for alias in target.aliases.all()]


def test_merge_moves_cases_links_and_names_and_keeps_both_histories(
    client: Client, ana: User, kept: Target, gone: Target
) -> None:
    dan = make_target("Dan Maple", kind="person")
    link = link_targets(dan, gone, "manager")
    case = gone.cases.get()
    preview = client.get(reverse("merge_target", args=[kept.pk]), {"with": gone.pk})
    text = " ".join(preview.text.split())
    assert "1 case moves here." in text
    assert "1 link moves here." in text
    assert "Maple One Fourteen, M114" in text
    assert Case.objects.get(pk=case.pk).target == gone  # looking changes nothing
    url = reverse("merge_target", args=[kept.pk]) + f"?with={gone.pk}"
    client.post(url, {"reason": "Same phone in the registry"}, follow=True)
    case.refresh_from_db()
    link.refresh_from_db()
    assert case.target == kept
    assert link.to_target == kept
    assert case.log.get().event == Event.TARGET
    assert case.facts_changed_at
    assert names(kept) == ["M114", "Maple One Fourteen", "The Maple"]
    assert set(Target.objects.visible_to(ana).called("555-0188")) == {kept}
    shown = client.get(reverse("target", args=[kept.pk])).text
    for words in ("Other name: M114", "Other name: The Maple", "Same phone in the registry"):
        assert words in shown
    moved = client.get(reverse("target", args=[gone.pk]))
    assert moved.headers["Location"] == reverse("target", args=[kept.pk])


def test_merge_is_taken_back_with_all_that_came(
    client: Client, ana: User, kept: Target, gone: Target
) -> None:
    dan = make_target("Dan Maple", kind="person")
    link_targets(dan, gone, "manager")
    twice = link_targets(make_target("Kim"), gone, "owner")
    link_targets(twice.from_target, kept, "owner")
    between = link_targets(gone, kept, "branch")
    before = _state()
    target_merge.merge(kept, gone=gone, reason="same", by=ana)
    between.refresh_from_db()
    twice.refresh_from_db()
    assert between.struck_at
    assert twice.struck_at
    assert _state() != before
    url = reverse("unmerge_target", args=[kept.pk, gone.pk])
    client.post(url, {"reason": "Two firms after all"}, follow=True)
    assert _state() == before
    assert [entry.event for entry in gone.entries.all()] == ["unmerged", "merged_away", "alias"]
    assert kept.entries.first().note == "Two firms after all"
    assert client.post(url, {"reason": "again"}).status_code == 404


def _state() -> list[object]:
    return [
        sorted(Case.objects.values_list("pk", "target")),
        sorted(TargetLink.objects.shown().values_list("pk", "from_target", "to_target")),
        sorted(
            (target.pk, names(target), target.merged_into_id) for target in Target.objects.all()
        ),
        sorted(
            (target.pk, *target.keys.order_by("kind", "value").values_list("kind", "value"))
            for target in Target.objects.all()
        ),
    ]


def test_what_was_written_since_stays_with_the_kept_one(
    ana: User, kept: Target, gone: Target
) -> None:
    target_merge.merge(kept, gone=gone, reason="same", by=ana)
    later = make_case(state=S.MEETING, team=[ana], target=kept)
    gone.refresh_from_db()
    target_merge.unmerge(gone, reason="two", by=ana)
    later.refresh_from_db()
    assert later.target == kept


def test_target_is_merged_once_and_not_with_itself(ana: User, kept: Target, gone: Target) -> None:
    with pytest.raises(MergeRefused):
        target_merge.merge(kept, gone=kept, reason="?", by=ana)
    target_merge.merge(kept, gone=gone, reason="same", by=ana)
    with pytest.raises(MergeRefused):
        target_merge.merge(kept, gone=gone, reason="same", by=ana)
    with pytest.raises(MergeRefused):
        target_merge.merge(gone, gone=kept, reason="same", by=ana)


def test_chain_of_merges_comes_apart_from_the_top(ana: User, kept: Target, gone: Target) -> None:
    third = make_target("Acme Holding")
    make_case(state=S.ESCALATING, team=[ana], target=third)
    target_merge.merge(kept, gone=gone, reason="same", by=ana)
    target_merge.merge(third, gone=kept, reason="same", by=ana)
    assert third.cases.count() == 3
    assert set(Target.objects.visible_to(ana).called("555 0188")) == {third}
    gone.refresh_from_db()
    with pytest.raises(MergeRefused):
        target_merge.unmerge(gone, reason="not yet", by=ana)
    kept.refresh_from_db()
    target_merge.unmerge(kept, reason="two", by=ana)
    assert third.cases.count() == 1
    assert kept.cases.count() == 2
    gone.refresh_from_db()
    target_merge.unmerge(gone, reason="two", by=ana)
    assert kept.cases.count() == 1


def test_merged_record_cannot_be_chosen_for_a_case(ana: User, kept: Target, gone: Target) -> None:
    case = make_case(state=S.MEETING, team=[ana])
    target_merge.merge(kept, gone=gone, reason="same", by=ana)
    assert not targets.choose(case, target=gone, by=ana)
    case.refresh_from_db()
    assert case.target is None


def test_target_of_a_team_one_is_not_on_cannot_be_merged(
    client: Client, ana: User, kept: Target
) -> None:
    foreign = make_target("Foreign")
    make_case(state=S.ESCALATING, team=[make_user()], target=foreign)
    url = reverse("merge_target", args=[kept.pk]) + f"?with={foreign.pk}"
    assert client.post(url, {"reason": "same"}).status_code == 404
    foreign.refresh_from_db()
    assert foreign.merged_into is None

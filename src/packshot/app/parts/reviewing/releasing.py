"""Releasing: what is approved for the place to sell, what keeps some of it here, and the button."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import streamlit as st

from packshot.app.access import studio
from packshot.app.identity import Decider
from packshot.app.parts.errors import plain
from packshot.app.parts.named import review_name
from packshot.app.parts.picture_grid import Tile, Tone, picture_grid
from packshot.app.parts.reviewing.bulk import VIEW
from packshot.app.parts.reviewing.desk import RUN
from packshot.app.parts.reviewing.line import Line
from packshot.app.parts.reviewing.looking import against_of
from packshot.app.parts.reviewing.release_choices import Choices, show_choices
from packshot.app.parts.reviewing.release_told import Told, keep_told, reason_words, show_told
from packshot.app.pictures import thumbnail_address
from packshot.app.released import released_address
from packshot.app.words import _, ngettext_, said
from packshot.report.wording import moment
from packshot.result import ReviewState, Run, StandingQuery
from packshot.workflow import (
    OUTGOING,
    Candidate,
    ReleaseProgress,
    ReleaseRequest,
    each_approved,
    release_line,
    release_pictures,
    release_shelf,
    review_queue,
    taken_back,
)

SIZE: Final = 24
SKU_PX: Final = 360
PROMPT_LONGEST, ID_END = 50, 6
_AFTER, _VISIT, _ASKED = "release-after", "release-visit", "release-asked"


def show_releasing(line: Line, who: Decider) -> None:
    """What was released last, the choices, the pictures, and the buttons."""
    if line.channel is None:
        st.info(_("Pictures are released for a place to sell. Choose one above."))
        return
    show_told(line.channel)
    if names := taken_back(studio().bench, line.channel):
        words = _("Rejected since they were released, and still in the folder. Take them down: {files}")
        st.warning(plain(words.format(files=", ".join(names))), icon=":material/delete_sweep:")
    state = _show_states(line.query)
    query = line.query.model_copy(update={"state": state})
    if st.session_state.get(_ASKED) != query:
        st.session_state.update({_ASKED: query, _AFTER: 0, _VISIT: _visit() + 1})
    queue = review_queue(studio().bench, query, limit=SIZE, after=st.session_state[_AFTER])
    if not queue.standings:
        _show_nothing(state, is_first=not st.session_state[_AFTER])
        return
    with st.spinner(_("Looking at the rules…")):
        candidates = release_line(studio().bench, line.channel, queue.standings, against_of)
    choices = show_choices(line.channel)
    answer = picture_grid(
        [_tile(each) for each in candidates], key=f"release-grid-{_visit()}", label=_("Pictures"), select=_("Choose")
    )
    if answer.opened is not None:
        st.query_params[RUN] = answer.opened
        st.query_params.pop(VIEW, None)
        st.rerun()
    chosen = tuple(run for run in answer.selected if run in {each.standing.run_id for each in candidates})
    skus = _show_skus([each for each in candidates if each.sku is None and each.standing.run_id in chosen])
    _show_buttons(line.channel, query, chosen, skus, choices, who, queue.counts.get(state, 0))
    if queue.after is not None and st.button(_("Next page"), key="release-next", help=_("These stay as they are.")):
        _turn(queue.after)
    if st.session_state[_AFTER] and st.button(_("From the oldest"), key="release-first"):
        _turn(0)


def _show_states(query: StandingQuery) -> ReviewState:
    """Approved or released pictures; how many of each, and the way to all that was released."""
    counts = review_queue(studio().bench, query, limit=1).counts
    names = {state: f"{_named(state)} ({counts.get(state, 0)})" for state in OUTGOING}
    with st.container(horizontal=True, vertical_alignment="center", key="release-states"):
        chosen = st.segmented_control(
            _("Which pictures"),
            OUTGOING,
            default=OUTGOING[0],
            format_func=names.__getitem__,
            required=True,
            key="release-state",
            label_visibility="collapsed",
        )
        if counts.get(ReviewState.RELEASED) and query.channel is not None:
            words = _("All released files (ZIP)")
            st.link_button(words, released_address(query.channel), icon=":material/download:", type="tertiary")
    return chosen or OUTGOING[0]


def _named(state: ReviewState) -> str:
    word = review_name(state)
    return word[:1].upper() + word[1:]


def _show_nothing(state: ReviewState, *, is_first: bool) -> None:
    if not is_first:
        _turn(0)
    if state is ReviewState.RELEASED:
        st.info(_("Nothing was released for this place to sell."))
    else:
        st.info(_("No picture is approved for this place to sell that was not released yet."))


def _tile(each: Candidate) -> Tile:
    note, tone = _note(each)
    return Tile(
        id=each.standing.run_id,
        picture=None if each.by is None else thumbnail_address(each.standing.picture_digest),
        alt=each.prompt,
        caption=each.prompt if each.sku in {None, each.standing.run_id} else each.sku,
        reason=_("No picture that may go out"),
        detail=_approved(each),
        note=note,
        tone=tone,
        is_free=each.is_free,
        beside=None if each.source is None else thumbnail_address(each.source),
        beside_alt=_("The source"),
    )


def _approved(each: Candidate) -> str:
    if each.by is None or each.at is None:
        return ""
    return _("approved by {person}, {moment}").format(person=each.by, moment=said(moment(each.at)))


def _note(each: Candidate) -> tuple[str, Tone]:
    if each.reasons:
        return _("Held back: {reasons}").format(reasons=reason_words(each.reasons)), "bad"
    if each.file is not None:
        return _("Released: {file}").format(file=each.file), "good"
    if each.unclear:
        return _("Needs a SKU: {why}").format(why=said(each.unclear)), "open"
    if each.released_at is not None:
        return _("Released before; its file is not in the studio's folder"), "open"
    return _("May go out"), "good"


def _show_skus(unclear: Sequence[Candidate]) -> dict[str, str]:
    """A field for each chosen picture of which nobody knows under which name it goes."""
    given: dict[str, str] = {}
    for each in unclear:
        run = each.standing.run_id
        label = _("SKU of {picture}").format(picture=_picture(studio().bench.store.run(run)))
        if sku := (st.text_input(plain(label), key=f"release-sku-{run}", max_chars=100, width=SKU_PX) or "").strip():
            given[run] = sku
    return given


def _show_buttons(
    channel: str,
    query: StandingQuery,
    chosen: Sequence[str],
    skus: dict[str, str],
    choices: Choices,
    who: Decider,
    total: int,
) -> None:
    all_of_them = not chosen and query.state is ReviewState.APPROVED
    number = total if all_of_them else len(chosen)
    words = (
        ngettext_("Release {n} approved picture", "Release all {n} approved pictures", number)
        if all_of_them
        else ngettext_("Release {n} chosen picture", "Release {n} chosen pictures", number)
    )
    with st.container(horizontal=True, key="release-buttons"):
        go = st.button(
            words.format(n=number),
            type="primary",
            key=f"release-go-{_visit()}",
            disabled=not number or not (who.name or who.is_typed),
            icon=":material/storefront:",
        )
        look = st.button(
            _("See what would go out"),
            key=f"release-look-{_visit()}",
            disabled=not number or not (who.name or who.is_typed),
            icon=":material/visibility:",
            help=_("Makes and judges every file, and writes nothing."),
        )
    if not (go or look):
        return
    if not who.name:
        st.warning(
            _("Not done: write your name first.") if who.is_typed else _("Not done: nobody is named. See above.")
        )
        return
    runs = tuple(each_approved(studio().bench, query)) if all_of_them else tuple(chosen)
    request = ReleaseRequest(
        channel=channel,
        out=release_shelf(studio().bench, channel),
        by=who.name,
        runs=runs,
        skus=skus,
        file_format=choices.file_format,
        include_prompt=choices.include_prompt,
        include_a1111=choices.include_a1111,
        sign=choices.sign,
        partial=True,
        dry_run=not go,
    )
    _release(request)


def _release(request: ReleaseRequest) -> None:
    """One after the other; what is out before something fails stays so, and the next call mends the rest."""
    bench = studio().bench
    bar = st.progress(0.0, text=_("Making files…"))

    def on_release(progress: ReleaseProgress) -> None:
        words = _("Making files… {number} of {total}").format(number=progress.number, total=progress.total)
        bar.progress(progress.number / progress.total, text=words)

    since = bench.now()
    done = release_pictures(bench, request, on_release)
    names = {each.run: _picture(bench.store.run(each.run)) for each in done.held_back}
    keep_told(Told(done, names, request.dry_run, since, bench.now()))
    if not request.dry_run:
        st.session_state[_AFTER] = 0
    st.session_state[_VISIT] = _visit() + 1
    st.rerun()


def _picture(run: Run) -> str:
    """Which picture is meant, in a few words."""
    prompt = run.resolved.intent.prompt
    return f"{prompt if len(prompt) <= PROMPT_LONGEST else prompt[:PROMPT_LONGEST] + '…'} ({run.id[-ID_END:]})"


def _visit() -> int:
    return int(st.session_state.setdefault(_VISIT, 1))


def _turn(after: int) -> None:
    st.session_state.update({_AFTER: after, _VISIT: _visit() + 1})
    st.rerun()

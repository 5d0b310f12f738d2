"""Deliberately broken builds, one for each fault found so far: the fault's test must fail on its build.

`manage.py test --mutations [NAME …]` (or `python -m tests.mutations`): each mutation is made in a copy of the checkout,
and its test is run there. The exit code is 1 if a broken build passes.
"""

import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from tests.mutations_accounts import ACCOUNTS
from tests.mutations_files import FILES
from tests.mutations_health import HEALTH

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class Mutation:
    """Replace `old`, which occurs exactly once in `path`, by `new`; then `test` must fail."""

    name: str
    path: str
    old: str
    new: str
    test: str  # FILE::FUNCTION


MUTATIONS = (
    # ── training (found by reading every line of it) ──
    Mutation("a grade curve whose interval holds only what its runs disagree on",
             "milevault_core/training/grade_curve.py", "np.hypot(sd, SLOPE_SD * _steepness())", "sd",
             "tests/training/test_grade_curve.py::test_the_interval_holds_the_truth"),
    Mutation("an own grade curve that graded pace does not use", "milevault_core/derive/steps/athlete.py",
             "curve = grade_curve.settled(runs)", "curve = None",
             "tests/training/test_stored.py::test_graded_pace_is_by_the_own_curve_once_it_is_trusted_and_can_be_switched_off"),
    Mutation("a grade curve that every run makes anew", "milevault_core/training/grade_curve.py",
             "return fit(list(table[: int(np.searchsorted(steep, reached)) + 1]))", "return fit(list(table))",
             "tests/training/test_grade_curve.py::test_the_curve_in_use_changes_seldom_and_is_better_than_the_published_one"),
    Mutation("a polarisation index that takes the 1% from easy", "milevault_core/training/intensity.py",
             "z2, z3 = 0.01, z3 - 0.01", "z2, z1 = 0.01, z1 - 0.01", "tests/training/test_pure.py::test_polarisation"),
    Mutation("smart recording whose long steps are pauses", "milevault_core/metrics/seconds.py",
             "if len(steps) < FEWEST_STEPS:", "if True:",
             "tests/metrics/test_properties.py::test_an_old_watch_on_a_walk_writes_two_points_a_minute_and_a_pause_is_still_one"),
    Mutation("a strap without contact that beats once a minute", "milevault_core/track/table.py",
             '"heart_rate": (25.0, 254.0)', '"heart_rate": (1.0, 254.0)',
             "tests/track/test_table.py::test_a_strap_without_contact_is_missing_without_a_word"),
    Mutation("critical speed of easy runs", "milevault_core/training/forecast.py",
             "    if not used[0].is_all_out:", "    if False:",
             "tests/training/test_forecast.py::test_without_an_all_out_effort_critical_speed_is_silent"),
    Mutation("a list that does not tell what its numbers are", "milevault_core/view/parts/things.py",
             "{pager(shown.page, here)}{numbers}", "{pager(shown.page, here)}",
             "tests/pages/test_number_links.py::test_every_number_leads_to_what_it_is"),
    Mutation("figures that lead nowhere", "milevault_core/view/parts/figures.py",
             'part = "" if one.href else one.about or abouts.name_of(one.label)', 'part = ""',
             "tests/pages/test_number_links.py::test_every_number_leads_to_what_it_is"),
    Mutation("an empty week without the year before", "milevault_core/view/training/trends.py",
             "what, dates.first_weekday(), at)",
             "what, dates.first_weekday())",
             "tests/view/test_training_charts.py::test_a_week_without_an_activity_is_held_against_the_year_before_too"),
    Mutation("a local day by the machine's clock", "milevault_core/activities/summary.py",
             "(start.astimezone(UTC) + offset).date()", "start.astimezone().date()",
             "tests/training/test_stored.py::test_the_same_digest_whatever_time_zone_the_machine_has"),
    Mutation("a day without a neighbour in the chart is not drawn", "milevault_core/view/health/over_time.py",
             "    frame = frame if first is None else frame[frame.index >= pd.Timestamp(first)]\n", "",
             "tests/view/test_health_views.py::test_a_day_without_a_value_is_no_zero"),
    Mutation("charts of 24 hours for whoever reads 12", "milevault_core/view/shapes.py",
             '(dates.date_format(), dates.clock_form()) == ("day", "24h")', 'dates.date_format() == "day"',
             "tests/view/test_reader.py::test_a_time_of_day_as_its_reader_writes_it"),
    # ── rules ──
    Mutation("a rule that leaves out what its owner restored", "milevault_core/store/activities/apply_rules.py",
             '*(("leave_out",) if row.is_restored else ())', "*()",
             "tests/test_rules.py::test_what_its_owner_restored_no_rule_leaves_out_again"),
    Mutation("a rule that leaves out what its owner restored, under another id",
             "milevault_core/store/activities/apply_rules.py",
             "AND r.activity_id = o.home_id", "AND false",
             "tests/test_rules.py::test_what_its_owner_restored_stays_as_a_part_of_another_activity"),
    Mutation("what an undone rule had set in a part of a joined activity",
             "milevault_core/store/activities/apply_rules.py",
             "shown_in = recordings.shown_in(session, user_id, effect.activity_id)", "shown_in = effect.activity_id",
             "tests/actions/test_rules_undone.py::test_after_a_join"),
    Mutation("what a rule had set stays in the second half of a split", "milevault_core/store/activities/split_join.py",
             "    copy_rule_effects(session, user_id, [activity_id, *(one.home_id for one in members)], new)\n", "",
             "tests/actions/test_rules_undone.py::test_after_a_split"),
    Mutation("what a rule had set stays when another file gives the activity",
             "milevault_core/store/activities/recordings.py",
             "        copy_rule_effects(session, user_id, [left[0].home_id], activity_id)\n", "",
             "tests/actions/test_rules_undone.py::test_after_the_file_that_it_was_set_on_is_gone"),
    Mutation("an edit of a part trims the whole of what it was joined to",
             "milevault_core/activities/part_edits.py",
             "    found = _reached(own, parts, before)\n", "    found = whole\n",
             "tests/actions/test_joined_edits.py::test_an_edit_of_a_part_stays_with_its_part"),
    Mutation("a part that was left out leaves the whole out", "milevault_core/store/activities/joined.py",
             "    return [one for one in edits if one not in of_parts]\n", "    return list(edits)\n",
             "tests/actions/test_joined_edits.py::test_a_joined_activity_counts_unless_all_of_it_was_left_out"),
    Mutation("words of a recording that leaves stay", "milevault_core/store/activities/rebuild.py",
             "recordings.told_of(session, user_id, activity_id, [one.fingerprint for one in members])",
             "recordings.told_of(session, user_id, activity_id)",
             "tests/actions/test_joined_edits.py::test_a_recording_taken_apart_takes_its_words_with_it"),
    Mutation("edits of the whole outlive it", "milevault_core/actions/edits.py",
             "        joined.end_edits_of_whole(session, user_id, activity_id)\n", "",
             "tests/actions/test_joined_edits.py::test_separated_although_the_trim_of_the_whole_left_nothing_of_a_part"),
    # ── monitoring ──
    Mutation("times of jobs that nobody adds up", "jobs/worker.py",
             "            self.took[task] = jobs + 1, seconds + time.monotonic() - began\n", "",
             "tests/jobs/test_worker_pool.py::test_what_was_done_is_told_once"),
    Mutation("the callback of an identity provider beside the path", "milevault_core/web/oidc.py",
             "    server = config.settings().base_url or", "    server =",
             "tests/web/test_oidc.py::test_below_a_path"),
    # ── strangers and files (found by attacking it) ──
    Mutation("a stranger's websocket message of any size", "milevault_core/web/connections.py",
             "set_frame_limit(self, STRANGERS_FRAME)", "set_frame_limit(self, 64 << 20)",
             "tests/web/test_connections.py::test_a_strangers_message_is_small"),
    Mutation("a websocket of another server's page", "milevault_core/web/guard.py",
             "            if not is_ours or not is_from_us:", "            if not is_ours:",
             "tests/web/test_strangers.py::test_only_our_own_pages_get_a_websocket"),
    Mutation("a page on another port of the same host", "milevault_core/web/hosts.py",
             "    return theirs.netloc.lower() == (host or \"\").lower()",
             "    return theirs.hostname == urlsplit(f\"//{host}\").hostname",
             "tests/web/test_hosts.py::test_from_elsewhere"),
    Mutation("a gzip that unpacks without a bound", "milevault_core/formats/archive.py",
             "            if size > limit:", "            if size < 0:",
             "tests/formats/test_bounds.py::test_a_gzip_is_summed_up_a_piece_at_a_time"),
    Mutation("an upload of unknown length is not counted", "milevault_core/web/api_upload.py",
             "        if size > MOST_BYTES:\n            raise _TooLarge\n        yield part", "        yield part",
             "tests/web/test_api_upload.py::test_a_body_is_counted_as_it_comes"),
    Mutation("a key may store anything", "milevault_core/web/api_upload.py",
             "hours=24) >= DAY_BYTES:", "hours=24) >= DAY_BYTES * 10**9:",
             "tests/web/test_api_upload.py::test_what_a_key_may_store_in_a_day"),
    Mutation("a reader without a limit of time", "milevault_core/formats/bounds.py",
             "                    raise_in(one.thread, TooLong)", "                    pass",
             "tests/formats/test_bounds.py::test_a_file_that_takes_too_long_is_refused"),
    Mutation("a reader without a limit of memory", "milevault_core/formats/bounds.py",
             "        with _memory, cpu_within(", "        with cpu_within(",
             "tests/formats/test_bounds.py::test_a_file_that_needs_too_much_memory_is_refused"),
    Mutation("a JPEG of any number of scans", "milevault_core/imports/photos.py",
             "if scans > MAX_SCANS or scans * pixels > MAX_SCANNED:", "if False:",
             "tests/formats/test_bounds.py::test_pictures_that_cost_too_much_are_kept_and_not_shown"),
    Mutation("a fragment outlives the session", "pages/_page.py",
             "                require_user()\n                return function(", "                return function(",
             "tests/pages/test_fragments.py::test_after_the_end_of_a_session_a_fragment_shows_nothing"),
    Mutation("anybody locks anybody out", "milevault_core/accounts/throttle.py",
             'return (Key(f"user:{name}@{at}"),', 'return (Key(f"user:{name}"),',
             "tests/accounts/test_throttle.py::test_a_stranger_does_not_keep_the_owner_out"),
    Mutation("imports go on while the disk is full", "jobs/tasks.py",
             "        if not room.is_short():", "        if True:",
             "tests/jobs/test_limits.py::test_imports_rest_while_the_disk_is_short_and_go_on"),
    Mutation("silent connections are kept", "milevault_core/web/connections.py",
             "            if len(silent) > MOST_SILENT:", "            if not silent:",
             "tests/web/test_connections.py::test_the_longest_silent_one_makes_way_at_once"),
    Mutation("one line fills the log", "milevault_core/web/connections.py",
             "        if seen[1] > self.MOST:", "        if not seen:",
             "tests/web/test_connections.py::test_one_line_does_not_fill_the_log"),
    Mutation("upload widgets hold anything", "milevault_core/web/guard.py",
             "        if self.rules.held_bytes() + self.coming + size > MOST_HELD:",
             "        if size > MOST_HELD:",
             "tests/web/test_strangers.py::test_full_widgets_take_no_more"),
    Mutation("a zip is unpacked by the app", "milevault_core/imports/archives.py",
             "            zips.append((name, file))", "            small.append((name, file))",
             "tests/imports/test_archives.py::test_the_process_that_receives_a_zip_does_not_unpack_it"),
    # ── faults found by reading ──
    Mutation("of files of one field only the last", "milevault_core/web/api_upload.py",
             "                for _, each in form.multi_items()\n                if isinstance",
             "                for each in form.values()\n                if isinstance",
             "tests/web/test_api_upload.py::test_files_of_one_field_all_get_in"),
    Mutation("a step's results do not reach who needs it", "milevault_core/derive/clean.py",
             "            mark_needing(session, user_id, one, changed)", "            pass",
             "tests/derive/test_marks.py::test_raising_one_step_alone_has_what_needs_it_computed_again"),
    Mutation("records of several moments", "milevault_core/derive/steps/personal_records.py",
             "    with engine.one_snapshot():", "    if True:",
             "tests/derive/test_marks.py::test_records_are_read_as_of_one_moment"),
    Mutation("a version that two changes raise once", "milevault_core/store/activities/apply_names.py",
             "cast(int, Activity.version + 1)", "activity.version + 1",
             "tests/derive/test_marks.py::test_two_changes_at_once_raise_an_activitys_version_twice"),
    Mutation("a day step that fails is never set aside", "milevault_core/derive/clean.py",
             "            set_aside.put(session, user_id, one.scope, one.name, str(key), time.monotonic() - began)",
             "            raise",
             "tests/derive/test_set_aside.py::test_it_hides_nothing_and_rests"),
    Mutation("a step that fails is tried again at once", "milevault_core/store/set_aside.py",
             "now() + greatest(interval '1 min', :took * interval '100 s'))", "now() + interval '1 min')",
             "tests/derive/test_set_aside.py::test_it_costs_no_more_than_a_hundredth_of_a_core"),
    Mutation("an undo stops at a file that cannot be read", "milevault_core/imports/undo.py",
             "    except store.UNAVAILABLE:\n        raise\n    except Exception:\n        return False\n",
             "    except store.UNAVAILABLE:\n        raise\n",
             "tests/imports/test_undo.py::test_a_file_that_cannot_be_undone_is_set_aside_alone"),
    Mutation("the undo of a re-read takes out files that are not its own", "milevault_core/imports/undo.py",
             "are_gone = are_back and _each", "are_gone = _each",
             "tests/imports/test_reread_files.py::test_a_file_that_cannot_be_undone_is_set_aside_alone"),
    Mutation("a restore that fails says nothing", "milevault_core/actions/trouble.py",
             "            set_aside.put(session, user_id, scope, step, key, time.monotonic() - began, reason)",
             "            pass",
             "tests/actions/test_by_worker.py::test_what_fails_is_set_aside_with_its_sentence_and_tried_again"),
    Mutation("curves stay as they were", "milevault_core/store/queries/records.py",
             '    return f"{sport} {revision}" if revision else ""', "    return sport",
             "tests/pages/test_records_page.py::test_a_page_opened_in_between_shows_the_new_curve_afterwards"),
    Mutation("a metric is on no page", "milevault_core/view/metrics.py",
             "        if one.name in metrics:\n            value, unit",
             "        if one.name in _ELSEWHERE:\n            value, unit",
             "tests/pages/test_training_pages.py::test_a_new_metric_reaches_page_and_list_by_its_description"),
    Mutation("a column is computed in both stages", "milevault_core/activities/summary.py",
             '("moving_s", "ascent_m", "descent_m")', '("ascent_m", "descent_m")',
             "tests/training/test_columns.py::test_a_column_is_computed_once_and_not_in_both_stages"),
    Mutation("a column stays as it was", "milevault_core/derive/steps/metrics.py",
             "    return None if training.follow_winners(session, row, results.metrics) else UNCHANGED\n",
             "    return UNCHANGED\n",
             "tests/training/test_columns.py::test_another_formula_reaches_the_column"),
    Mutation("moving time of another sport", "milevault_core/store/activities/apply_names.py",
             "        activity_rows.forget_metrics_of_the_sport(session, user_id, activity.id)\n", "",
             "tests/training/test_columns.py"
             "::test_moving_time_is_that_of_the_sport_its_owner_gave_it_before_it_was_derived"),
    Mutation("the versions of a step are a sum", "milevault_core/derive/step.py",
             "    pairs = json.dumps(sorted(parts.items()))", "    pairs = str(sum(parts.values()))",
             "tests/derive/test_set_aside.py::test_one_metric_in_the_place_of_another_is_another_version"),
    Mutation("a write for whoever asks", "milevault_core/store/goals.py",
             '"DELETE FROM goals WHERE user_id = :u AND id = :g "',
             '"DELETE FROM goals WHERE CAST(:u AS int) IS NOT NULL AND id = :g "',
             "tests/test_walls_everywhere.py::test_a_strangers_id_is_as_one_that_nobody_has[store.goals]"),
    Mutation("one dead connection is thrown away at a time", "milevault_core/store/engine.py",
             "                pool.dispose()", "                pass",
             "tests/store/test_engine.py::test_no_read_fails_after_the_server_has_restarted"),
    Mutation("what is selected stays selected in another list", "pages/parts/columns.py",
             'return f"{name}-{crc32(repr([int(one) for one in ids]).encode()):08x}"', "return name",
             "tests/pages/test_many_at_once.py::test_many_are_deleted_and_come_back"),
    Mutation("a year of seven digits", "milevault_core/view/calendar.py", "len(text) == 4 and 1900 <= int(text)",
             "1900 <= int(text[:5])", "tests/view/test_calendar.py::test_an_address_that_asks_for_no_date_means_today"),
    Mutation("an undo that stands in the way of the file being read", "milevault_core/store/imports/undo.py",
             "ORDER BY id FOR NO KEY UPDATE", "ORDER BY id FOR UPDATE",
             "tests/imports/test_locks.py::test_an_undo_waits_for_the_file_that_is_being_read"),
    Mutation("an account deleted under a file being read", "milevault_core/accounts/deletion.py",
             "    deadlock.repeated(lambda: _end_imports(user_id))\n", "",
             "tests/imports/test_locks.py::test_deleting_an_account_waits_for_the_file_that_is_being_read"),
    Mutation("an archive forgotten under files tried again", "milevault_core/store/imports/uploads.py",
             "    hold_items(session, found)\n", "",
             "tests/imports/test_locks.py::test_an_archive_is_kept_for_files_that_are_just_being_tried_again"),
    Mutation("an original removed before its items are free", "milevault_core/store/imports/undo.py",
             "ORDER BY t.id FOR UPDATE OF t", "ORDER BY t.id",
             "tests/imports/test_locks.py::test_an_original_goes_after_it_was_read_again"),
    Mutation("a job that a deadlock ends", "jobs/tasks.py", "repeated = _repeated(function)", "repeated = function",
             "tests/jobs/test_deadlock.py::test_a_job_is_run_again_at_once"),
    Mutation("a deadlock taken for a lost database", "jobs/worker.py",
             "self.has_lost_database |= not deadlock.is_deadlock(error)", "self.has_lost_database = True",
             "tests/jobs/test_deadlock.py::test_a_deadlock_is_no_lost_database"),
    Mutation("an archive that is gone as soon as its import is stopped", "milevault_core/store/imports/uploads.py",
             "t.reason = :stopped AND", "false AND",
             "tests/pages/test_stopped_imports.py::test_the_rest_of_a_stopped_archive_can_be_imported"),
    Mutation("a button for files that are gone", "pages/_import_batch.py",
             '(found["again"].get(name, 0)', '(found["outcomes"].get(name, 0)',
             "tests/pages/test_stopped_imports.py::test_after_seven_days_it_goes_and_nothing_is_promised"),
    Mutation("a stopped file has failed", "milevault_core/store/queries/import_log.py",
             "THEN 'not_read' ", "THEN 'failed' ",
             "tests/pages/test_imports_page.py::test_an_import_is_stopped_and_goes_on"),
    Mutation("the demo is being made while files are imported", "pages/_demo.py", "(is_new and demo[", "(demo[",
             "tests/pages/test_demo_sign.py::test_the_demo_is_not_made_again_while_files_are_imported"),
    Mutation("a figure's dialog reads files", "pages/_activity_figures.py",
             "answered_by_worker(\"figures\", int(row.id))",
             "__import__(\"milevault_core.actions.recordings\", fromlist=[\"_\"]).figures(user_id, int(row.id))",
             "tests/pages/test_recordings_page.py"
             "::test_a_figure_has_that_of_another_recording_beside_it_which_a_worker_reads"),
    Mutation("a damaged base type that reads as text", "milevault_core/formats/fit/plan.py",
             "(basetypes.known(field.base_type) == basetypes.TEXT)", "(field.base_type == basetypes.TEXT)",
             "tests/formats/test_fit_damage.py::test_a_number_whose_damaged_type_reads_as_text_is_left_out"),
    Mutation("a trim forgets the pool and the rating", "milevault_core/activities/track_edits.py",
             "totals = after_a_cut(", "totals = {} and after_a_cut(",
             "tests/activities/test_cut_and_joined.py::test_a_swim_keeps_its_pool"),
    Mutation("laps of what has not closed up", "milevault_core/activities/track_edits.py",
             "cut_laps(recording.laps, part,", "cut_laps(recording.laps, cleaned,",
             "tests/activities/test_cut_and_joined.py::test_a_cut_within_a_lap_takes_its_way_too"),
    Mutation("a spike empties every lap", "milevault_core/activities/lap_figures.py",
             "for i in np.flatnonzero(touched):", "for i in range(len(laps)):",
             "tests/activities/test_cut_and_joined.py::test_a_spike_leaves_the_laps_outside_it_alone"),
    Mutation("an overlap counts twice", "milevault_core/activities/join.py",
             "b, first_m = _what_follows(a, b)", "first_m = 0.0",
             "tests/activities/test_cut_and_joined.py::test_an_overlap_counts_once"),
    Mutation("a summary of less time than the points is believed", "milevault_core/activities/device_totals.py",
             "    if _drop_too_short(totals, recording, columns, codes):", "    if False:",
             "tests/activities/test_judged_time.py::test_a_summary_of_less_time_than_the_points_go_on_moving"),
    Mutation("the rest at the end of a swim is swum", "milevault_core/activities/summary.py",
             "if not told_by_lengths and (", "if (",
             "tests/activities/test_judged_time.py::test_rests_of_a_pool_swim_are_none_wherever_the_records_end"),
    Mutation("a lap that its points contradict", "milevault_core/activities/laps.py",
             "    if not wrong.any():\n        return laps\n    took", "    if True:\n        return laps\n    took",
             "tests/activities/test_judged_laps.py::test_a_lap_that_cannot_be_is_no_record"),
    Mutation("laps in another order", "milevault_core/activities/laps.py",
             "_laps(_in_order(recording.laps), ", "_laps(recording.laps, ",
             "tests/activities/test_judged_laps.py::test_laps_follow_each_other"),
    Mutation("laps of a second part under the steps of the first one's workout", "milevault_core/activities/join.py",
             "_without_foreign_steps(a.recording, b.recording)", "b.recording.laps",
             "tests/activities/test_join.py"
             "::test_the_second_part_keeps_its_steps_only_where_it_is_of_the_same_workout"),
    Mutation("a whole joins the first of its parts only", "milevault_core/activities/grouping.py",
             "(one.fingerprint not in firsts, rank(one))", "rank(one)",
             "tests/activities/test_wholes.py"
             "::test_parts_that_follow_each_other_are_one_with_the_whole_which_is_shown"),
    Mutation("the whole of a triathlon is shown as its longest leg", "milevault_core/activities/grouping.py",
             "    if legs:", "    if False:",
             "tests/activities/test_wholes.py::test_legs_stay_and_the_whole_of_the_event_is_with_the_longest"),
    Mutation("only the first part fills the whole", "milevault_core/activities/fill.py",
             "return all(min(last, end) - max(first, start) <= GAP_S", "return all(False",
             "tests/activities/test_fill.py::test_parts_that_follow_each_other_fill_one_after_the_other"),
    Mutation("a page reads files", "pages/_by_worker.py",
             "    return _wait_for([by_worker.ask(user.id, verb, number) for number in numbers])",
             "    return [by_worker.VERBS[verb](user.id, number) for number in numbers]",
             "tests/pages/test_recordings_page.py::test_delete_and_restore"),
    Mutation("whether a file was deleted is read from a sentence", "milevault_core/view/imports/log.py",
             '        if problem["code"] in _DELETED and not row.reason:',
             '        if row.reason.startswith("Deleted on"):',
             "tests/actions/test_by_worker.py::test_what_was_deleted_is_a_code_and_said_in_the_readers_day"),
    Mutation("a chart's shape is built for each page", "milevault_core/view/records/shapes.py",
             "@lru_cache(maxsize=64)\ndef progression(", "def progression(",
             "tests/view/test_shapes.py::test_a_shape_is_built_once_whatever_the_numbers"),
    Mutation("the numbers stay in the shape", "milevault_core/view/shapes.py",
             "    made = dict(shape)", "    made = shape",
             "tests/view/test_shapes.py::test_pouring_leaves_the_shapes_alone"),
    # ── figures ──
    Mutation("who stands in jitter moves", "milevault_core/track/jitter.py",
             "    if stood.any():", "    if False:",
             "tests/track/test_jitter.py::test_who_stands_in_jitter_does_not_move"),
    Mutation("whoever is slow stands", "milevault_core/track/stands.py",
             "SECONDS_A_METRE = 30.0", "SECONDS_A_METRE = 3.0",
             "tests/track/test_jitter.py::test_who_goes_slowly_in_jitter_does_not_stand"),
    Mutation("a window begins before the swim", "milevault_core/records/distance_series.py",
             "    begin = begin - min(0.0, begin[0] if len(begin) else 0.0)\n", "",
             "tests/records/test_windows.py::test_lengths_that_begin_before_the_swim"),
    Mutation("a clock out by hours stays so", "milevault_core/track/clock.py",
             '_no_strays(_no_excursions(moved))', '_no_strays(moved)',
             "tests/activities/test_judged_kinds.py::test_points_moved_by_hours_or_days_are_put_back"),
    Mutation("moving time of a distance told in steps", "milevault_core/track/stairs.py",
             "    if not len(steps):", "    if True:",
             "tests/track/test_stairs.py::test_a_distance_told_in_steps_has_the_time_and_the_speed_of_its_way"),
    Mutation("a stop between steps is moved through", "milevault_core/track/stairs.py",
             "np.where(stood, usual_s, took[steps])", "took[steps]",
             "tests/track/test_stairs.py::test_a_stop_stays_a_stop"),
    Mutation("best times of jumps in stored tracks", "milevault_core/records/distance_series.py",
             "d = even(t, np.maximum.accumulate(d))", "d = np.maximum.accumulate(d)",
             "tests/track/test_stairs.py::test_a_track_stored_as_it_was_told_has_them_too"),
    Mutation("a stop that the summary contradicts is believed", "milevault_core/activities/off_timer.py",
             "return best if off_by[best]", "return (True, True) if off_by[best]",
             "tests/activities/test_off_timer.py::test_a_stop_that_the_summary_contradicts_is_not_believed"),
    Mutation("what is recorded in a pause counts", "milevault_core/activities/prepare.py",
             "        recording = without_off_timer(recording)", "        pass",
             "tests/activities/test_off_timer.py::test_what_is_recorded_in_a_pause_counts_in_no_figure"),
    Mutation("zeros of a second record count", "milevault_core/activities/moments.py",
             '    return np.where(zero & measured[group], np.nan, values)', '    return values',
             "tests/activities/test_judged_kinds.py::test_what_a_record_writes_as_0_is_in_another_of_the_same_second"),
    Mutation("an altitude not measured at the end counts", "milevault_core/track/heights.py",
             '    for rows in (known, known[::-1]):', '    for rows in (known,):',
             "tests/activities/test_judged_kinds.py::test_an_altitude_not_measured_at_either_end"),
    Mutation("who stands in wandering positions moves", "milevault_core/track/stands.py",
             '        if usual >= QUICK_M_S:', '        if usual < 0:',
             "tests/activities/test_judged_kinds.py::test_a_stand_whose_positions_wander_is_a_stand"),
    Mutation("a distance in feet", "milevault_core/track/distance_choice.py",
             '        if self._is_in_another_unit():', '        if False:',
             "tests/activities/test_judged_kinds.py::test_a_distance_in_another_unit_comes_from_the_positions"),
    Mutation("a speed is not held against the distance", "milevault_core/track/distance_choice.py",
             '            self._judge_speed()\n', '            pass\n',
             "tests/activities/test_judged_kinds.py::test_a_speed_is_held_against_the_distance_too"),
    Mutation("drills of one start overlap the next", "milevault_core/activities/laps.py",
             '    took = took * factor\n', '',
             "tests/activities/test_judged_kinds.py::test_drills_of_one_start_take_no_longer_than_until_the_next"),
    Mutation("a climb without a sport has no bound", "milevault_core/sports/limits.py",
             'if sport in SPORTS else "", UNKNOWN)', 'if sport in SPORTS else "", ANY)',
             "tests/activities/test_judged_kinds.py::test_a_climb_that_cannot_be_is_none_in_any_sport"),
    Mutation("a planner's months in TCX are an activity", "milevault_core/formats/dispatch.py",
             '            take_for_courses(reading)\n', '',
             "tests/activities/test_judged_kinds.py::test_times_over_months_make_a_course_in_every_format"),
    Mutation("a window ends after its activity", "milevault_core/records/efforts.py",
             '    if not (elapsed_s > 0 and late > 0):', '    if True:',
             "tests/records/test_windows.py::test_windows_end_with_what_has_elapsed_by_the_device"),
    Mutation("the other recording's offset is ignored", "milevault_core/activities/fill.py",
             '    if told_zone(primary.columns, primary.recording) == ("", None):', "    if False:",
             "tests/activities/test_fill.py::test_the_other_recordings_offset_counts_in_a_merge"),
    Mutation("two routes that are found share a name", "milevault_core/view/search.py",
             "called.get(int(row.id), thing.name)", "thing.name",
             "tests/routes/test_stored.py::test_no_two_routes_share_a_name_through_rename_merge_and_undo"),
    Mutation("records without times are lost in silence", "milevault_core/formats/fit/points.py",
             "not any(name in records.columns for name in _ONLY_HERE)", '"position_lat" not in records.columns',
             "tests/activities/test_judged_time.py::test_what_records_without_times_held_is_told"),
    *(Mutation(*one) for one in (*ACCOUNTS, *HEALTH, *FILES)),
    # ── several machines, proxies and logs ──
    Mutation("a frozen machine keeps its rows", "jobs/sweep.py",
             "if cut_off := queue.cut_off_silent(session):", "if cut_off := 0:",
             "tests/jobs/test_cut_off.py::test_the_sweep_ends_the_transaction_of_a_worker_that_is_silent"),
    Mutation("two that look at once tell it twice", "milevault_core/server/notify.py",
             "        if is_mine:", "        if is_mine or True:",
             "tests/server/test_notify.py::test_two_workers_that_look_at_once_tell_it_once"),
    Mutation("a secret in the log", "milevault_core/operate/log_lines.py",
             "            text = text.replace(secret, HIDDEN)", "            text = text.replace(secret, secret)",
             "tests/operate/test_log_lines.py::test_no_secret_in_any_line"),
    Mutation("cookies of a path for the whole name", "milevault_core/web/under_path.py",
             'part.strip().lower() == b"path=/"', 'part.strip().lower() == b"path=//"',
             "tests/web/test_under_path.py::test_with_and_without_the_path"),
)  # fmt: skip


def copied(to: Path) -> Path:
    """Copy the checkout's files into `to`, without the history and what git ignores."""
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True
    )
    for name in listed.stdout.splitlines():
        if (ROOT / name).is_file():
            (to / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, to / name)
    return to


def is_seen(one: Mutation, checkout: Path) -> bool:
    """Whether the test fails on the broken build: the test itself must fail; that it cannot be run does not count."""
    path = checkout / one.path
    whole = path.read_text()
    path.write_text(whole.replace(one.old, one.new))
    try:
        command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", one.test]
        done = subprocess.run(command, cwd=checkout, capture_output=True, text=True)
        return done.returncode == 1 and " failed" in done.stdout
    finally:
        path.write_text(whole)


def main(words: list[str]) -> int:
    """Run the mutations whose names contain one of the words, or all; 1 if a broken build passes its test."""
    chosen = [one for one in MUTATIONS if not words or any(word in one.name for word in words)]
    passed = []
    with tempfile.TemporaryDirectory(prefix="milevault-mutations-") as folder:
        checkout = copied(Path(folder))
        for one in chosen:
            seen = is_seen(one, checkout)
            print(f"{'seen' if seen else 'NOT SEEN'}: {one.name}", flush=True)
            if not seen:
                passed.append(one)
    print(f"{len(chosen) - len(passed)} of {len(chosen)} broken builds are seen by their tests.")
    return 1 if passed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

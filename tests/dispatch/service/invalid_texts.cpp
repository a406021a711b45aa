// Bad requests that are so for their words: notes, neighbours, scales, control characters; and views that nobody may have.
#include <functional>
#include <string>
#include <vector>

#include "tests/dispatch/service/invalid_requests.h"

namespace ems::dispatch {

void InvalidRequests::bad_notes() {
    const auto note = [&](const char* why, Code code, std::int64_t incident, const std::string& text) {
        add(why, code, [&](api::ClientFrame& frame) {
            frame.mutable_add_note()->set_incident_id(incident);
            frame.mutable_add_note()->set_text(text);
        });
    };
    std::string long_text;
    for (int i = 0; i < 501; ++i) {
        long_text += "备";
    }
    note("empty", Code::note_invalid, incident_, "");
    note("blank", Code::note_invalid, incident_, "  \u3000 ");
    note("too long", Code::note_invalid, incident_, long_text);
    note("a book", Code::note_invalid, incident_, kHuge);
    note("two lines", Code::note_invalid, incident_, "家属在\n路口等");
    note("a control character of the second set", Code::note_invalid, incident_, "家属\u0085");
    note("a separator of paragraphs", Code::note_invalid, incident_, "家属\u2029在");
    note("of an unknown case", Code::no_such_incident, kUnknown, "x");
    note("of no case", Code::no_such_incident, 0, "x");
}

void InvalidRequests::bad_neighbours() {
    const auto word = [&](const char* why, Code code, std::int64_t incident, const std::function<void(api::NeighbourWord&)>& spoil) {
        add(why, code, [&](api::ClientFrame& frame) {
            api::RecordNeighbour& in = *frame.mutable_record_neighbour();
            in.set_incident_id(incident);
            in.set_version(version_);
            in.mutable_word()->set_name("临猗");
            in.mutable_word()->set_said("agreed");
            spoil(*in.mutable_word());
        });
    };
    word("of no name", Code::neighbour_invalid, incident_, [](api::NeighbourWord& in) { in.clear_name(); });
    word("of a book for a name", Code::neighbour_invalid, incident_, [](api::NeighbourWord& in) { in.set_name(kHuge); });
    word("with a book for a unit", Code::neighbour_invalid, incident_, [](api::NeighbourWord& in) { in.set_unit(kHuge); });
    word("a time of two lines", Code::neighbour_invalid, incident_, [](api::NeighbourWord& in) { in.set_eta("14:25\n"); });
    word("a unit of one that refused", Code::neighbour_invalid, incident_, [](api::NeighbourWord& in) {
        in.set_said("refused");
        in.set_unit("x");
    });
    word("an unknown answer", Code::choice_unknown, incident_, [](api::NeighbourWord& in) { in.set_said("perhaps"); });
    word("of an unknown case", Code::no_such_incident, kUnknown, [](api::NeighbourWord&) {});
    add("for an older version", Code::version_stale, [&](api::ClientFrame& frame) {
        frame.mutable_record_neighbour()->set_incident_id(incident_);
        frame.mutable_record_neighbour()->mutable_word()->set_name("临猗");
        frame.mutable_record_neighbour()->mutable_word()->set_said("asked");
    });
}

void InvalidRequests::bad_scales() {
    const auto scale = [&](const char* why, Code code, std::int64_t incident, std::uint32_t to, std::uint64_t version) {
        Bad bad{why, {}, code};
        api::SetSpo2Scale& in = *bad.frame.mutable_set_spo2_scale();
        in.set_incident_id(incident);
        in.set_scale(to);
        in.set_version(version);
        bad_of_physician_.push_back(std::move(bad));
    };
    scale("of an unknown case", Code::no_such_incident, kUnknown, 2, 0);
    scale("of a case that has ended", Code::incident_closed, closed_, 2, 0);
    scale("of a case without a unit", Code::scale_needs_unit, waiting_, 2, 0);
    scale("a scale that is none", Code::choice_unknown, incident_, 3, 0);
    scale("for a version that was never", Code::version_stale, incident_, 2, 7);
}

// What goes to screens, terminals and crews' orders is one line, and a reason says something.
void InvalidRequests::bad_texts() {
    using Fill = std::function<void(api::ClientFrame&, const std::string&)>;
    const auto call = [this](auto set) {
        return Fill{[this, set](api::ClientFrame& frame, const std::string& words) {
            frame = call_frame("");
            frame.clear_idempotency_key();
            set(*frame.mutable_new_call(), words);
        }};
    };
    const Fill cancel = [this](api::ClientFrame& frame, const std::string& words) {
        frame.mutable_cancel_assignment()->set_assignment_id(assignment_);
        frame.mutable_cancel_assignment()->set_reason(words);
    };
    const Fill refuse = [this](api::ClientFrame& frame, const std::string& words) {
        frame.mutable_refuse_assignment()->set_assignment_id(assignment_);
        frame.mutable_refuse_assignment()->set_reason(words);
    };
    const Fill swap = [this](api::ClientFrame& frame, const std::string& words) {
        frame.mutable_swap_unit()->set_assignment_id(assignment_);
        frame.mutable_swap_unit()->set_unit_id(free_unit_);
        frame.mutable_swap_unit()->set_reason(words);
    };
    const Fill divert = [this](api::ClientFrame& frame, const std::string& words) {
        frame.mutable_divert_unit()->set_unit_id(busy_unit_);
        frame.mutable_divert_unit()->set_incident_id(waiting_);
        frame.mutable_divert_unit()->set_reason(words);
    };
    const Fill close = [this](api::ClientFrame& frame, const std::string& words) {
        frame.mutable_close_incident()->set_incident_id(waiting_);
        frame.mutable_close_incident()->set_outcome(words);
        frame.mutable_close_incident()->set_version(1);
    };
    const Fill correct = [this](api::ClientFrame& frame, const std::string& words) {
        frame.mutable_correct_stamp()->set_incident_id(incident_);
        frame.mutable_correct_stamp()->set_event("answered");
        frame.mutable_correct_stamp()->set_at_us(1);
        frame.mutable_correct_stamp()->set_reason(words);
    };
    const Fill shelve = [this](api::ClientFrame& frame, const std::string& words) {
        api::MarkAlarm& in = *frame.mutable_mark_alarm();
        in.set_about("unit");
        in.set_about_id(busy_unit_);
        in.set_code("spo2_low");
        in.set_kind("shelved");
        in.set_grade(2);
        in.set_minutes(10);
        in.set_reason(words);
    };
    const auto update = [this](auto set) -> Fill {
        return [this, set](api::ClientFrame& frame, const std::string& words) {
            frame.mutable_update_incident()->set_incident_id(incident_);
            frame.mutable_update_incident()->set_version(version_);
            set(*frame.mutable_update_incident(), words);
        };
    };
    const Fill state = [this](api::ClientFrame& frame, const std::string& words) {
        frame.mutable_enter_unit_state()->set_unit_id(free_unit_);
        frame.mutable_enter_unit_state()->set_state(wire::UNIT_OUT_OF_SERVICE);
        frame.mutable_enter_unit_state()->set_note(words);
    };
    const Fill assign = [this](api::ClientFrame& frame, const std::string& words) {
        frame = assign_frame(waiting_, free_unit_);
        frame.mutable_assign()->set_override_reason(words);
    };
    const auto post = [this](auto set) {
        return Fill{[this, set](api::ClientFrame& frame, const std::string& words) {
            api::OrderPosting& p = *frame.mutable_order_posting();
            p.set_unit_id(free_unit_);
            p.set_kind("standby");
            p.set_name("stadium");
            p.mutable_place()->set_lat_e7(351'000'000);
            p.mutable_place()->set_lon_e7(1'109'000'000);
            set(p, words);
        }};
    };
    for (const Fill& fill : {cancel, refuse, swap, divert, close, correct, shelve}) {
        add("a reason of blanks", Code::reason_needed, [&](api::ClientFrame& frame) { fill(frame, " \u3000"); });
    }
    add("an override of blanks", Code::not_first_in_list, [&](api::ClientFrame& frame) { assign(frame, "  "); });
    const std::vector<Fill> all{
        cancel, refuse, swap, divert, close, correct, shelve, state, assign,
        update([](api::UpdateIncident& u, const std::string& words) { u.set_address(words); }),
        update([](api::UpdateIncident& u, const std::string& words) { u.set_caller_phone(words); }),
        update([](api::UpdateIncident& u, const std::string& words) { u.set_patient_name(words); }),
        call([](api::NewCall& c, const std::string& words) { c.set_complaint(words); }),
        call([](api::NewCall& c, const std::string& words) { c.set_address(words); }),
        call([](api::NewCall& c, const std::string& words) { c.set_caller_phone(words); }),
        call([](api::NewCall& c, const std::string& words) { c.set_patient_name(words); }),
        call([](api::NewCall& c, const std::string& words) { c.set_place_source(words); }),
        post([](api::OrderPosting& p, const std::string& words) { p.set_name(words); }),
        post([](api::OrderPosting& p, const std::string& words) { p.set_reason(words); }),
    };
    // Each text once: what a control character is, the core's own tests ask.
    const std::vector<std::string> words{kTwoLines, kEscape, kNul};
    for (std::size_t i = 0; i < all.size(); ++i) {
        add("a text that no terminal shows", Code::terminal_text_invalid,
            [&](api::ClientFrame& frame) { all[i](frame, words[i % words.size()]); });
    }
}

void InvalidRequests::bad_views() {
    const auto view = [this](const char* why, Code code, auto fill) {
        Bad bad{why, {}, code};
        fill(bad.frame);
        bad_without_key_.push_back(std::move(bad));
    };
    const auto reveal = [&](const char* why, Code code, std::int64_t incident, const std::string& reason) {
        view(why, code, [&](api::ClientFrame& frame) {
            frame.mutable_reveal_identity()->set_incident_id(incident);
            frame.mutable_reveal_identity()->set_reason(reason);
        });
    };
    reveal("of an unknown case", Code::no_such_incident, kUnknown, "x");
    reveal("of a case that has ended", Code::identity_closed, closed_, "x");
    reveal("without a reason", Code::reason_needed, incident_, "");
    reveal("with a reason of blanks", Code::reason_needed, incident_, "  ");
    reveal("with a book for a reason", Code::text_too_long, incident_, kHuge);
    reveal("with a reason that no screen shows", Code::terminal_text_invalid, incident_, kNul);
    const auto watch = [&](const char* why, Code code, std::int64_t unit, const std::string& camera) {
        view(why, code, [&](api::ClientFrame& frame) {
            frame.mutable_watch_video()->set_unit_id(unit);
            frame.mutable_watch_video()->set_camera(camera);
        });
    };
    watch("of an unknown unit", Code::no_vehicle, kUnknown, "cabin");
    watch("of a unit without a vehicle", Code::no_vehicle, free_unit_, "cabin");
    watch("no camera", Code::choice_unknown, 1, "");
    watch("a book for a camera", Code::choice_unknown, 1, kHuge);
    watch("where no media server is alive", Code::media, 1, "cabin");
    Bad curious{"a hospital's look into a cabin without a case", {}, Code::forbidden};
    curious.frame.mutable_watch_video()->set_unit_id(1);
    curious.frame.mutable_watch_video()->set_camera("cabin");
    bad_of_viewer_.push_back(std::move(curious));
    const auto speak = [&](const char* why, Code code, std::int64_t unit) {
        view(why, code, [&](api::ClientFrame& frame) { frame.mutable_open_voice()->set_unit_id(unit); });
    };
    speak("with an unknown unit", Code::no_vehicle, kUnknown);
    speak("with a unit without a vehicle", Code::no_vehicle, free_unit_);
    speak("where no media server is alive", Code::media, 1);
}

} // namespace ems::dispatch

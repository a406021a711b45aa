// Verbs that only look. (Revealing an identity is audited by the centre.)
#include <cstdio>
#include <memory>

#include <CLI/CLI.hpp>

#include "dispatch/app/ctl/print.h"
#include "dispatch/app/ctl/verbs.h"
#include "telemetry/base/clock.h"

namespace ems::ctl {
namespace {

struct View {
    std::string incident;
    std::string unit;
    std::string reason;
    std::string phone;
    double seconds{10};
    std::string from;
    std::string to;
    std::uint32_t points{500};
};
constexpr std::int64_t kHistoryUs = 3'600LL * 1'000'000;

void recommend(Session& session, const View& view) {
    api::ClientFrame frame;
    frame.mutable_recommend()->set_incident_id(session.incident(view.incident).id());
    const api::ServerFrame reply = session.ask(frame);
    if (session.options().json) {
        std::puts(json_text(session, reply.recommendation()).c_str());
    } else {
        print_recommendation(session, reply.recommendation());
    }
}

void timeline(Session& session, const View& view) {
    api::ClientFrame frame;
    frame.mutable_get_timeline()->set_incident_id(session.incident(view.incident).id());
    const api::ServerFrame reply = session.ask(frame);
    if (session.options().json) {
        std::puts(json_text(reply.timeline()).c_str());
    } else {
        print_timeline(reply.timeline(), session);
    }
}

void caller(Session& session, const View& view) {
    api::ClientFrame frame;
    frame.mutable_get_caller_history()->set_caller_phone(view.phone);
    const api::ServerFrame reply = session.ask(frame);
    if (session.options().json) {
        std::puts(json_text(reply.caller_history()).c_str());
        return;
    }
    std::printf(session.language() == Language::chinese ? "近一年来电 %u 次\n" : "%u calls in the past year\n",
                reply.caller_history().earlier());
    for (const api::Incident& incident : reply.caller_history().incidents()) {
        print_incident(incident);
    }
}

void reveal(Session& session, const View& view) {
    api::ClientFrame frame;
    frame.mutable_reveal_identity()->set_incident_id(session.incident(view.incident).id());
    frame.mutable_reveal_identity()->set_reason(view.reason);
    const api::ServerFrame reply = session.ask(frame);
    if (session.options().json) {
        std::puts(json_text(reply.identity()).c_str());
    } else {
        std::printf("%s  %s\n", reply.identity().patient_name().c_str(),
                    reply.identity().caller_phone().c_str());
    }
}

// The rows of the state as one message, so that --json shows them like any other.
api::Snapshot snapshot_of(const client::Mirror& state) {
    api::Snapshot out;
    out.set_seq(state.seq());
    for (const auto& [id, row] : state.units()) {
        *out.add_units() = row;
    }
    for (const auto& [id, row] : state.positions()) {
        *out.add_positions() = row;
    }
    for (const auto& [id, row] : state.incidents()) {
        *out.add_incidents() = row;
    }
    for (const auto& [id, row] : state.assignments()) {
        *out.add_assignments() = row;
    }
    for (const auto& [id, row] : state.stations()) {
        *out.add_stations() = row;
    }
    for (const auto& [id, row] : state.hospitals()) {
        *out.add_hospitals() = row;
    }
    return out;
}

void incidents(Session& session, const View&) {
    if (session.options().json) {
        for (const auto& [id, row] : session.state().incidents()) {
            std::puts(json_text(row).c_str());
        }
        return;
    }
    for (const auto& [id, row] : session.state().incidents()) {
        print_incident(row);
    }
}

void units(Session& session, const View&) {
    for (const auto& [id, row] : session.state().units()) {
        if (session.options().json) {
            std::puts(json_text(row).c_str());
        } else {
            print_unit(session, row);
        }
    }
}

void status(Session& session, const View& view) {
    if (session.options().json) {
        std::puts(json_text(snapshot_of(session.state())).c_str());
        return;
    }
    units(session, view);
    for (const auto& [id, row] : session.state().incidents()) {
        if (row.state() == "open" || row.state() == "assigned") {
            print_incident(row);
        }
    }
}

void watch(Session& session, const View& view) {
    static_cast<void>(session.state()); // nothing comes to whoever may not see it
    if (!view.unit.empty()) {
        session.client().watch_vehicle(session.unit(view.unit).id(), true, true);
    }
    session.follow(std::chrono::milliseconds{static_cast<std::int64_t>(view.seconds * 1000)},
                   [&session](const client::Event& event) {
                       print_event(session, event);
                       return true;
                   });
}

void terminal_texts(Session& session, const View& view) {
    api::ClientFrame frame;
    frame.mutable_get_terminal_texts()->set_unit_id(session.unit(view.unit).id());
    const api::ServerFrame reply = session.ask(frame);
    for (const api::TerminalText& text : reply.terminal_texts().texts()) {
        if (session.options().json) {
            std::puts(json_text(text).c_str());
        } else {
            std::printf("%s %s by %s sent=%s answered=%s result=%s %s\n", clock_text(text.created_us()).c_str(),
                        text.emergency() ? "emergency" : "normal", text.created_by().c_str(),
                        clock_text(text.sent_us()).c_str(), clock_text(text.answered_us()).c_str(),
                        text.result().empty() ? "open" : text.result().c_str(), text.text().c_str());
        }
    }
}

// By the clock that measured it, where that said anything.
std::string when(std::int64_t device_us, std::int64_t received_us) { return clock_text(device_us != 0 ? device_us : received_us); }

// Where a unit was and what its patient's vitals were, from the archive.
void history(Session& session, const View& view) {
    const std::int64_t to_us = view.to.empty() ? SystemClock{}.utc_us() : time_of(view.to);
    api::ClientFrame frame;
    api::GetHistory& request = *frame.mutable_get_history();
    request.set_unit_id(session.unit(view.unit).id());
    request.set_from_us(view.from.empty() ? to_us - kHistoryUs : time_of(view.from));
    request.set_to_us(to_us);
    request.set_points_max(view.points);
    const api::ServerFrame reply = session.ask(frame);
    if (session.options().json) {
        std::puts(json_text(reply.history()).c_str());
        return;
    }
    for (const api::UnitPosition& p : reply.history().positions()) {
        std::printf("%s position %s\n", when(p.device_us(), p.received_us()).c_str(), position_text(p).c_str());
    }
    for (const api::LiveVitals& v : reply.history().vitals()) {
        std::printf("%s vitals %s\n", when(v.device_us(), v.received_us()).c_str(), vitals_text(v.vitals()).c_str());
    }
}

using Look = void (*)(Session&, const View&);
CLI::App* add_view(CLI::App& app, Deed& chosen, const std::shared_ptr<View>& view, const char* name,
                   const char* meaning, Look look) {
    CLI::App* const verb = app.add_subcommand(name, meaning);
    verb->callback([&chosen, view, look] { chosen = [view, look](Session& s) { look(s, *view); }; });
    return verb;
}

} // namespace

void add_views(CLI::App& app, Deed& chosen) {
    const auto view = std::make_shared<View>();
    CLI::App* verb = add_view(app, chosen, view, "recommend", "rank the units for an incident", &recommend);
    verb->add_option("incident", view->incident, "number or id")->required();
    verb = add_view(app, chosen, view, "timeline", "stamps and audit of an incident", &timeline);
    verb->add_option("incident", view->incident, "number or id")->required();
    verb = add_view(app, chosen, view, "caller", "earlier calls of a number; the reading is audited", &caller);
    verb->add_option("phone", view->phone, "the caller's number, as it was entered")->required();
    verb = add_view(app, chosen, view, "reveal", "read a patient's identity; the reading is audited", &reveal);
    verb->add_option("incident", view->incident, "number or id")->required();
    verb->add_option("--reason", view->reason, "why")->required();
    add_view(app, chosen, view, "status", "units and open incidents", &status);
    add_view(app, chosen, view, "incidents", "incidents of the last day", &incidents);
    add_view(app, chosen, view, "units", "units", &units);
    verb = add_view(app, chosen, view, "watch", "print what happens", &watch);
    verb->add_option("--unit", view->unit, "vitals and waves of this unit too");
    verb->add_option("--seconds", view->seconds, "how long")->capture_default_str()->check(CLI::PositiveNumber);
    verb = add_view(app, chosen, view, "history", "where a unit was and its patient's vitals", &history);
    verb->add_option("unit", view->unit, "name or id")->required();
    verb->add_option("--from", view->from, std::string{kTimeForm} + "; an hour before --to");
    verb->add_option("--to", view->to, std::string{kTimeForm} + "; now");
    verb->add_option("--points", view->points, "at most so many of each")->capture_default_str()->check(CLI::Range(1, 2000));
    verb = add_view(app, chosen, view, "terminal-texts", "texts for the unit's terminal and what became of them",
                    &terminal_texts);
    verb->add_option("unit", view->unit, "name or id")->required();
}

} // namespace ems::ctl

// Verbs about units and their tasks beyond the plain order: another unit or another call instead, refusal and breakdown by
// voice, postings, what fences suggest, corrections; the queue, and what was shown and chosen.
#include <cstdio>
#include <memory>

#include <CLI/CLI.hpp>

#include "dispatch/app/ctl/print.h"
#include "dispatch/app/ctl/verbs.h"
#include "telemetry/base/clock.h"

namespace ems::ctl {
namespace {

struct Wish {
    std::string unit;
    std::string target;          // incident, unit, station or place
    std::string reason;
    std::string word;            // kind of a posting, event of a stamp
    std::string at;
    std::int64_t number{0};      // posting, proposal, recommendation
    double lat{0};
    double lon{0};
    double crew_hours{0};
    std::uint32_t fuel_km{0};
    std::string about;           // of an alarm: unit, assignment, incident or posting
    std::uint32_t grade{2};
    std::uint32_t minutes{0};
    bool technical{false};
    bool additional{false};
    bool contaminated{false};
    bool clean{false};
};
using Act = void (*)(Session&, const Wish&);

void say(Session& session, const api::ServerFrame& reply, const google::protobuf::Message& body, const std::string& words) {
    if (session.options().json) {
        std::puts(json_text(body).c_str());
    } else if (reply.has_done()) {
        std::puts(session.language() == Language::chinese ? "完成" : "done");
    } else {
        std::puts(words.c_str());
    }
}

void sent(Session& session, api::ClientFrame frame) {
    const api::ServerFrame reply = session.ask(std::move(frame));
    say(session, reply, reply.assign_ok(),
        "assignment " + std::to_string(reply.assign_ok().assignment_id()) + " command " + reply.assign_ok().command_id());
}

void simple(Session& session, api::ClientFrame frame) {
    const api::ServerFrame reply = session.ask(std::move(frame));
    say(session, reply, reply.done(), "");
}

void swap(Session& session, const Wish& wish) {
    api::ClientFrame frame;
    frame.mutable_swap_unit()->set_assignment_id(session.assignment_of(wish.target));
    frame.mutable_swap_unit()->set_unit_id(session.unit(wish.unit).id());
    frame.mutable_swap_unit()->set_recommendation_id(wish.number);
    frame.mutable_swap_unit()->set_override_reason(wish.reason);
    frame.mutable_swap_unit()->set_reason(wish.reason);
    sent(session, std::move(frame));
}

void divert(Session& session, const Wish& wish) {
    api::ClientFrame frame;
    frame.mutable_divert_unit()->set_unit_id(session.unit(wish.unit).id());
    frame.mutable_divert_unit()->set_incident_id(session.incident(wish.target).id());
    frame.mutable_divert_unit()->set_recommendation_id(wish.number);
    frame.mutable_divert_unit()->set_reason(wish.reason);
    frame.mutable_divert_unit()->set_additional(wish.additional);
    sent(session, std::move(frame));
}

void refuse(Session& session, const Wish& wish) {
    api::ClientFrame frame;
    frame.mutable_refuse_assignment()->set_assignment_id(session.assignment_of(wish.target));
    frame.mutable_refuse_assignment()->set_reason(wish.reason);
    simple(session, std::move(frame));
}

void break_down(Session& session, const Wish& wish) {
    api::ClientFrame frame;
    const api::Unit unit = session.unit(wish.unit);
    frame.mutable_enter_unit_state()->set_unit_id(unit.id());
    frame.mutable_enter_unit_state()->set_assignment_id(unit.assignment_id());
    frame.mutable_enter_unit_state()->set_state(wire::UNIT_OUT_OF_SERVICE);
    frame.mutable_enter_unit_state()->set_note(wish.reason);
    simple(session, std::move(frame));
}

void post(Session& session, const Wish& wish) {
    api::ClientFrame frame;
    api::OrderPosting& request = *frame.mutable_order_posting();
    request.set_unit_id(session.unit(wish.unit).id());
    request.set_kind(wish.word);
    request.set_reason(wish.reason);
    if (wish.word == "relocation") {
        request.set_station_id(session.station(wish.target).id());
    } else if (wish.word == "standby") {
        request.set_name(wish.target);
        request.mutable_place()->set_lat_e7(static_cast<std::int32_t>(wish.lat * 1e7));
        request.mutable_place()->set_lon_e7(static_cast<std::int32_t>(wish.lon * 1e7));
    }
    const api::ServerFrame reply = session.ask(std::move(frame));
    say(session, reply, reply.posting_ok(), "posting " + std::to_string(reply.posting_ok().posting_id()));
}

void end_posting(Session& session, const Wish& wish) {
    api::ClientFrame frame;
    frame.mutable_end_posting()->set_posting_id(wish.number);
    frame.mutable_end_posting()->set_state(wish.word);
    frame.mutable_end_posting()->set_reason(wish.reason);
    simple(session, std::move(frame));
}

// Units and incidents by their names, as everywhere; assignments and postings have only numbers.
std::int64_t subject_of(const Session& session, const Wish& wish) {
    if (wish.about == "unit") {
        return session.unit(wish.target).id();
    }
    return wish.about == "incident" ? session.incident(wish.target).id() : session.number(wish.target);
}

void mark_alarm(Session& session, const Wish& wish) {
    api::ClientFrame frame;
    api::MarkAlarm& request = *frame.mutable_mark_alarm();
    request.set_about(wish.about);
    request.set_about_id(subject_of(session, wish));
    request.set_code(wish.at);
    request.set_kind(wish.word);
    request.set_grade(wish.grade);
    request.set_minutes(wish.minutes);
    request.set_reason(wish.reason);
    request.set_technical(wish.technical);
    simple(session, std::move(frame));
}

void answer(Session& session, const Wish& wish) {
    api::ClientFrame frame;
    frame.mutable_answer_proposal()->set_proposal_id(wish.number);
    frame.mutable_answer_proposal()->set_confirm(wish.word == "confirm");
    simple(session, std::move(frame));
}

// A state, or that it stands where it was posted.
std::string suggested(wire::UnitState state, Language language) {
    if (state == wire::UNIT_UNSPECIFIED) {
        return language == Language::chinese ? "到达驻点" : "at its post";
    }
    return state_name(state, language);
}

void proposals(Session& session, const Wish&) {
    for (const auto& [id, row] : session.state().proposals()) {
        if (session.options().json) {
            std::puts(json_text(row).c_str());
            continue;
        }
        const auto unit = session.state().units().find(row.unit_id());
        std::printf("%lld  %s  %s  since %s  by %s\n", static_cast<long long>(id),
                    unit == session.state().units().end() ? "?" : unit->second.name().c_str(),
                    suggested(row.state(), session.language()).c_str(), clock_text(row.at_us()).c_str(),
                    row.source().c_str());
    }
}

void postings(Session& session, const Wish&) {
    for (const auto& [id, row] : session.state().postings()) {
        if (session.options().json) {
            std::puts(json_text(row).c_str());
            continue;
        }
        const auto unit = session.state().units().find(row.unit_id());
        std::printf("%lld  %s  %s  %s  %s  %s\n", static_cast<long long>(id),
                    unit == session.state().units().end() ? "?" : unit->second.name().c_str(), row.kind().c_str(),
                    row.state().c_str(), row.name().c_str(), clock_text(row.created_us()).c_str());
    }
}

void facts(Session& session, const Wish& wish) {
    api::ClientFrame frame;
    api::SetUnitFacts& request = *frame.mutable_set_unit_facts();
    const api::Unit unit = session.unit(wish.unit);
    request.set_unit_id(unit.id());
    request.set_version(unit.version());
    if (wish.crew_hours > 0) {
        request.set_crew_until_us(SystemClock{}.utc_us() + static_cast<std::int64_t>(wish.crew_hours * 3.6e9));
    }
    if (wish.fuel_km > 0) {
        request.set_fuel_range_km(wish.fuel_km);
    }
    if (wish.contaminated || wish.clean) {
        request.set_contaminated(wish.contaminated);
    }
    simple(session, std::move(frame));
}

void tell_place(Session& session, const Wish& wish) {
    const api::Unit unit = session.unit(wish.unit);
    api::ClientFrame frame;
    api::SetUnitFacts& request = *frame.mutable_set_unit_facts();
    request.set_unit_id(unit.id());
    request.set_version(unit.version());
    request.mutable_place()->set_lat_e7(static_cast<std::int32_t>(std::lround(wish.lat * 1e7)));
    request.mutable_place()->set_lon_e7(static_cast<std::int32_t>(std::lround(wish.lon * 1e7)));
    request.set_place_at_us(wish.at.empty() ? 0 : time_of(wish.at));
    simple(session, std::move(frame));
}

void correct(Session& session, const Wish& wish) {
    api::ClientFrame frame;
    api::CorrectStamp& request = *frame.mutable_correct_stamp();
    request.set_incident_id(session.incident(wish.target).id());
    request.set_assignment_id(wish.number);
    request.set_event(wish.word);
    request.set_at_us(time_of(wish.at));
    request.set_reason(wish.reason);
    simple(session, std::move(frame));
}

void queue(Session& session, const Wish&) {
    api::ClientFrame frame;
    frame.mutable_get_queue();
    const api::ServerFrame reply = session.ask(std::move(frame));
    for (const api::QueueRow& row : reply.queue().rows()) {
        if (session.options().json) {
            std::puts(json_text(row).c_str());
            continue;
        }
        std::printf("%-16s  short %u  %s  ", row.queue().c_str(), row.units_short(), clock_text(row.since_us()).c_str());
        const auto incident = session.state().incidents().find(row.incident_id());
        if (incident == session.state().incidents().end()) {
            std::printf("#%lld\n", static_cast<long long>(row.incident_id()));
        } else {
            print_incident(incident->second);
        }
    }
}

void explain(Session& session, const Wish& wish) {
    api::ClientFrame frame;
    frame.mutable_get_explanation()->set_incident_id(session.incident_id(wish.target));
    const api::ServerFrame reply = session.ask(std::move(frame));
    if (session.options().json) {
        std::puts(json_text(reply.explanation()).c_str());
    } else {
        print_explanation(session, reply.explanation());
    }
}

class Adder {
  public:
    Adder(CLI::App& app, Deed& chosen) : app_(app), chosen_(chosen), wish_(std::make_shared<Wish>()) {}
    CLI::App* verb(const char* name, const char* meaning, Act act) {
        CLI::App* const out = app_.add_subcommand(name, meaning);
        out->callback([&chosen = chosen_, wish = wish_, act] { chosen = [wish, act](Session& s) { act(s, *wish); }; });
        return out;
    }
    Wish& wish() { return *wish_; }

  private:
    CLI::App& app_;
    Deed& chosen_;
    std::shared_ptr<Wish> wish_;
};

void add_task_orders(Adder& add) {
    Wish& wish = add.wish();
    CLI::App* verb = add.verb("swap", "send another unit instead, in one step", &swap);
    verb->add_option("unit-or-incident", wish.target, "whose assignment ends")->required();
    verb->add_option("unit", wish.unit, "who goes instead")->required();
    verb->add_option("--reason", wish.reason, "why")->required();
    verb->add_option("--recommendation", wish.number, "id of the recommendation seen");
    verb = add.verb("divert", "take a unit from its call for a more urgent one", &divert);
    verb->add_option("unit", wish.unit, "name or id")->required();
    verb->add_option("incident", wish.target, "the more urgent one")->required();
    verb->add_option("--reason", wish.reason, "why")->required();
    verb->add_option("--recommendation", wish.number, "id of the recommendation seen");
    verb->add_flag("--additional", wish.additional, "one more than the incident demands");
    verb = add.verb("refuse", "the crew said by voice that it cannot go", &refuse);
    verb->add_option("unit-or-incident", wish.target, "whose assignment")->required();
    verb->add_option("--reason", wish.reason, "the crew's words")->required();
    verb = add.verb("breakdown", "the unit can go no further; its incident demands another", &break_down);
    verb->add_option("unit", wish.unit, "name or id")->required();
    verb->add_option("--reason", wish.reason, "what happened")->required();
}

void add_unit_verbs(Adder& add) {
    Wish& wish = add.wish();
    CLI::App* verb = add.verb("post", "a free unit waits elsewhere, or goes home", &post);
    verb->add_option("unit", wish.unit, "name or id")->required();
    verb->add_option("kind", wish.word, "standby, relocation or go_home")
        ->required()->check(CLI::IsMember(std::vector<std::string>{"standby", "relocation", "go_home"}));
    verb->add_option("place", wish.target, "station of a relocation, name of a standby's place");
    verb->add_option("--lat", wish.lat, "of a standby")->check(degrees(90));
    verb->add_option("--lon", wish.lon, "of a standby")->check(degrees(180));
    verb->add_option("--reason", wish.reason, "why");
    verb = add.verb("posting", "say what became of a posting", &end_posting);
    verb->add_option("posting", wish.number, "its number")->required();
    verb->add_option("state", wish.word, "arrived, done or cancelled")
        ->required()->check(CLI::IsMember(std::vector<std::string>{"arrived", "done", "cancelled"}));
    verb->add_option("--reason", wish.reason, "why");
    add.verb("postings", "units that wait elsewhere", &postings);
    verb = add.verb("facts", "what is known of a unit beside its state", &facts);
    verb->add_option("unit", wish.unit, "name or id")->required();
    verb->add_option("--crew-hours", wish.crew_hours, "until the crew's shift ends")->check(CLI::Range(0.0, 48.0));
    verb->add_option("--fuel-km", wish.fuel_km, "range left")->check(CLI::Range(1, 2000));
    CLI::Option* const dirty = verb->add_flag("--contaminated", wish.contaminated, "carried an infectious patient");
    verb->add_flag("--clean", wish.clean, "was cleaned since")->excludes(dirty);
    verb = add.verb("place", "where a unit is, told by voice", &tell_place);
    verb->add_option("unit", wish.unit, "name or id")->required();
    verb->add_option("--lat", wish.lat, "WGS-84 degrees")->required()->check(degrees(90));
    verb->add_option("--lon", wish.lon, "WGS-84 degrees")->required()->check(degrees(180));
    verb->add_option("--at", wish.at, std::string{"when it was there: "} + kTimeForm);
    add.verb("proposals", "what fences suggest and nobody has answered", &proposals);
    verb = add.verb("proposal", "answer what a fence suggests", &answer);
    verb->add_option("proposal", wish.number, "its number")->required();
    verb->add_option("answer", wish.word, "confirm or dismiss")
        ->required()->check(CLI::IsMember(std::vector<std::string>{"confirm", "dismiss"}));
}

} // namespace

void add_tasks(CLI::App& app, Deed& chosen) {
    Adder add{app, chosen};
    add_task_orders(add);
    add_unit_verbs(add);
    Wish& wish = add.wish();
    CLI::App* verb = add.verb("correct", "put the right time beside a wrong stamp", &correct);
    verb->add_option("incident", wish.target, "number or id")->required();
    verb->add_option("event", wish.word, "wheels, at_scene ...")->required();
    verb->add_option("at", wish.at, kTimeForm)->required();
    verb->add_option("--assignment", wish.number, "of which task; none: a stamp of the call");
    verb->add_option("--reason", wish.reason, "why")->required();
    verb = add.verb("alarm", "an alarm was seen, is put away for a time, or stands again; alarms of a parameter are off or on", &mark_alarm);
    verb->add_option("about", wish.about, "unit, assignment, incident or posting")
        ->required()->check(CLI::IsMember(std::vector<std::string>{"unit", "assignment", "incident", "posting"}));
    verb->add_option("subject", wish.target, "name or id")->required();
    verb->add_option("code", wish.at, "unit_lost, crew_silent ...; off and on: hr, spo2, rr, nibp, etco2, temp or st")->required();
    verb->add_option("mark", wish.word, "acknowledged, shelved or taken_back; of an assignment off or on, by a physician")
        ->required()->check(CLI::IsMember(std::vector<std::string>{"acknowledged", "shelved", "taken_back", "off", "on"}));
    verb->add_option("--grade", wish.grade, "that it has: 1 high, 2 medium, 3 low")->check(CLI::Range(1, 3));
    verb->add_option("--minutes", wish.minutes, "shelved: for how long")->check(CLI::Range(1, 60));
    verb->add_option("--reason", wish.reason, "shelved, off: why");
    verb->add_flag("--technical", wish.technical, "of a device, not of a patient");
    add.verb("queue", "what waits for a unit, in its order", &queue);
    verb = add.verb("explain", "the newest 50 lists that were shown for an incident, and what was chosen", &explain);
    verb->add_option("incident", wish.target, "number, or id of an older one")->required();
}

} // namespace ems::ctl

// Verbs that change something.
#include <charconv>
#include <cmath>
#include <cstdio>
#include <memory>

#include <CLI/CLI.hpp>

#include "telemetry/base/clock.h"
#include "dispatch/app/ctl/print.h"
#include "dispatch/app/ctl/verbs.h"

namespace ems::ctl {

std::function<std::string(const std::string&)> degrees(double most) {
    return [most](const std::string& text) {
        double value = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
        const bool whole = error == std::errc{} && end == text.data() + text.size();
        return whole && std::abs(value) <= most ? std::string{} : "no number of degrees up to " + std::to_string(static_cast<int>(most));
    };
}

namespace {

struct Call {
    std::string phone;
    std::string name;
    std::string sex;
    std::uint32_t age{0};
    std::optional<std::uint32_t> age_months;
    std::string complaint;
    std::uint32_t level{3};
    std::string address;
    double lat{0};
    double lon{0};
    std::string place_source{"dispatcher"};
    std::uint32_t rang_s{0};
    std::string planned;
    std::string destination;
    std::uint32_t units{1};
    std::string vehicle_class;
    std::string needs;
    bool infectious{false};
};

void done(Session& session, const api::ServerFrame& frame, const google::protobuf::Message& body) {
    if (session.options().json) {
        std::puts(json_text(body).c_str());
    } else if (frame.has_done()) {
        std::puts(session.language() == Language::chinese ? "完成" : "done");
    }
}

void new_call(Session& session, const Call& call) {
    api::ClientFrame frame;
    api::NewCall& request = *frame.mutable_new_call();
    request.set_caller_phone(call.phone);
    request.set_patient_name(call.name);
    request.set_sex(call.sex);
    request.set_age_years(call.age);
    if (call.age_months) {
        request.set_age_months(*call.age_months);
    }
    request.set_complaint(call.complaint);
    request.set_level(call.level);
    request.set_address(call.address);
    request.mutable_place()->set_lat_e7(static_cast<std::int32_t>(std::lround(call.lat * 1e7)));
    request.mutable_place()->set_lon_e7(static_cast<std::int32_t>(std::lround(call.lon * 1e7)));
    request.set_place_source(call.place_source);
    if (call.rang_s > 0) {
        request.set_ring_us(SystemClock{}.utc_us() - std::int64_t{call.rang_s} * 1'000'000);
    }
    request.set_units_wanted(call.units);
    request.mutable_need()->set_vehicle_class(call.vehicle_class);
    request.mutable_need()->set_capabilities(call.needs);
    request.mutable_need()->set_isolation(call.infectious ? "infectious" : "none");
    if (!call.planned.empty()) {
        request.set_kind("transfer");
        request.set_planned_us(time_of(call.planned));
        request.set_destination_hospital_id(session.hospital(call.destination).id());
    }
    const api::ServerFrame reply = session.ask(frame);
    if (session.options().json) {
        std::puts(json_text(session, reply.new_call_ok()).c_str());
    } else {
        std::printf("incident %s #%lld\n", reply.new_call_ok().number().c_str(),
                    static_cast<long long>(reply.new_call_ok().incident_id()));
        if (const std::int64_t same = reply.new_call_ok().same_as_incident_id(); same != 0) {
            std::printf(session.language() == Language::chinese ? "可能与 #%lld 为同一事件（合并：ems-ctl merge #%lld）\n"
                                                                : "maybe a second call about #%lld (ems-ctl merge #%lld)\n",
                        static_cast<long long>(same), static_cast<long long>(reply.new_call_ok().incident_id()));
        }
        print_recommendation(session, reply.new_call_ok().recommendation());
    }
}

struct Order {
    std::string incident;
    std::string unit;
    std::string target;  // a unit or an incident
    std::string reason;
    std::string value;   // state, hospital or outcome
    std::int64_t recommendation{0};
    bool additional{false};
    bool different{false};
};

void assign(Session& session, const Order& order) {
    api::ClientFrame frame;
    frame.mutable_assign()->set_incident_id(session.incident(order.incident).id());
    frame.mutable_assign()->set_unit_id(session.unit(order.unit).id());
    frame.mutable_assign()->set_recommendation_id(order.recommendation);
    frame.mutable_assign()->set_override_reason(order.reason);
    frame.mutable_assign()->set_additional(order.additional);
    const api::ServerFrame reply = session.ask(frame);
    done(session, reply, reply.assign_ok());
    if (!session.options().json) {
        std::printf("assignment %lld command %s\n",
                    static_cast<long long>(reply.assign_ok().assignment_id()),
                    reply.assign_ok().command_id().c_str());
    }
}

wire::UnitState parse_state(const std::string& text) {
    std::string name = "UNIT_" + text;
    for (char& c : name) {
        c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    }
    wire::UnitState out{};
    if (wire::UnitState_Parse(name, &out) && out != wire::UNIT_UNSPECIFIED) {
        return out;
    }
    for (int n = wire::UNIT_AVAILABLE; n <= wire::UNIT_OUT_OF_SERVICE; ++n) {
        if (state_name(static_cast<wire::UnitState>(n), Language::chinese) == text) {
            return static_cast<wire::UnitState>(n);
        }
    }
    throw Stop{2, "\"" + text + "\" is no unit state (available, en_route, at_scene ...)"};
}

void simple(Session& session, api::ClientFrame frame) {
    const api::ServerFrame reply = session.ask(std::move(frame));
    done(session, reply, reply.done());
}

void cancel(Session& session, const Order& order) {
    api::ClientFrame frame;
    frame.mutable_cancel_assignment()->set_assignment_id(session.assignment_of(order.target));
    frame.mutable_cancel_assignment()->set_reason(order.reason);
    simple(session, std::move(frame));
}

void enter_state(Session& session, const Order& order) {
    api::ClientFrame frame;
    const api::Unit unit = session.unit(order.unit);
    frame.mutable_enter_unit_state()->set_unit_id(unit.id());
    frame.mutable_enter_unit_state()->set_assignment_id(unit.assignment_id());
    frame.mutable_enter_unit_state()->set_state(parse_state(order.value));
    frame.mutable_enter_unit_state()->set_note(order.reason);
    simple(session, std::move(frame));
}

void set_destination(Session& session, const Order& order) {
    api::ClientFrame frame;
    frame.mutable_set_destination()->set_assignment_id(session.assignment_of(order.target));
    frame.mutable_set_destination()->set_hospital_id(session.hospital(order.value).id());
    simple(session, std::move(frame));
}

void merge(Session& session, const Order& order) {
    api::ClientFrame frame;
    const api::Incident second = session.incident(order.incident);
    frame.mutable_merge_incident()->set_incident_id(second.id());
    frame.mutable_merge_incident()->set_version(second.version());
    frame.mutable_merge_incident()->set_different(order.different);
    if (!order.target.empty()) {
        frame.mutable_merge_incident()->set_into_incident_id(session.incident(order.target).id());
    }
    simple(session, std::move(frame));
}

void close_incident(Session& session, const Order& order) {
    api::ClientFrame frame;
    const api::Incident incident = session.incident(order.incident);
    frame.mutable_close_incident()->set_incident_id(incident.id());
    frame.mutable_close_incident()->set_version(incident.version());
    frame.mutable_close_incident()->set_outcome(order.target.empty() ? order.value : "neighbour:" + order.target);
    simple(session, std::move(frame));
}

void note(Session& session, const Order& order) {
    api::ClientFrame frame;
    frame.mutable_add_note()->set_incident_id(session.incident_id(order.incident));
    frame.mutable_add_note()->set_text(order.value);
    simple(session, std::move(frame));
}

void neighbour(Session& session, const Order& order) {
    api::ClientFrame frame;
    const api::Incident incident = session.incident(order.incident);
    api::RecordNeighbour& request = *frame.mutable_record_neighbour();
    request.set_incident_id(incident.id());
    request.set_version(incident.version());
    request.mutable_word()->set_name(order.target);
    request.mutable_word()->set_said(order.value);
    request.mutable_word()->set_unit(order.unit);
    request.mutable_word()->set_eta(order.reason);
    simple(session, std::move(frame));
}

void spo2_scale(Session& session, const Order& order) {
    api::ClientFrame frame;
    const api::Incident incident = session.incident(order.incident);
    api::SetSpo2Scale& request = *frame.mutable_set_spo2_scale();
    request.set_incident_id(incident.id());
    request.set_version(incident.spo2_scale().version());
    request.set_scale(order.value == "2" ? 2 : 1);
    simple(session, std::move(frame));
}

struct Text {
    std::string unit;
    std::string text;
    std::string incident;
    std::uint32_t life_s{300};
    bool emergency{false};
};

void send_text(Session& session, const Text& text) {
    api::ClientFrame frame;
    api::SendTerminalText& request = *frame.mutable_send_terminal_text();
    request.set_unit_id(session.unit(text.unit).id());
    request.set_text(text.text);
    request.set_emergency(text.emergency);
    request.set_life_s(text.life_s);
    if (!text.incident.empty()) {
        request.set_incident_id(session.incident(text.incident).id());
    }
    const api::ServerFrame reply = session.ask(std::move(frame));
    done(session, reply, reply.terminal_text_taken());
    if (!session.options().json) {
        std::printf("text %s\n", reply.terminal_text_taken().text_id().c_str());
    }
}

using Act = void (*)(Session&, const Order&);
CLI::App* add_order(CLI::App& app, Deed& chosen, const std::shared_ptr<Order>& order, const char* name,
                    const char* meaning, Act act) {
    CLI::App* const verb = app.add_subcommand(name, meaning);
    verb->callback([&chosen, order, act] { chosen = [order, act](Session& s) { act(s, *order); }; });
    return verb;
}

} // namespace

void add_call(CLI::App& app, Deed& chosen) {
    const auto call = std::make_shared<Call>();
    CLI::App* const parent = app.add_subcommand("call", "calls");
    parent->require_subcommand(1);
    CLI::App* const verb = parent->add_subcommand("new", "take a call: opens an incident and recommends");
    verb->add_option("--phone", call->phone, "caller's number");
    verb->add_option("--name", call->name, "patient's name");
    verb->add_option("--sex", call->sex, "m or f")->check(CLI::IsMember(std::vector<std::string>{"m", "f"}));
    auto* years = verb->add_option("--age", call->age, "years")->check(CLI::Range(0, 130));
    verb->add_option("--age-months", call->age_months, "of an infant, in its place")
        ->check(CLI::Range(0, 99))
        ->excludes(years);
    verb->add_option("--complaint", call->complaint, "chief complaint")->required();
    verb->add_option("--level", call->level, "1 to 4")->check(CLI::Range(1, 4))->capture_default_str();
    verb->add_option("--address", call->address, "where")->required();
    verb->add_option("--lat", call->lat, "WGS-84 degrees")->required()->check(degrees(90));
    verb->add_option("--lon", call->lon, "WGS-84 degrees")->required()->check(degrees(180));
    verb->add_option("--place-source", call->place_source, "village, dispatcher or caller_phone")
        ->capture_default_str();
    verb->add_option("--rang-s", call->rang_s, "seconds since the line began to ring")->check(CLI::Range(0, 600));
    verb->add_option("--units", call->units, "how many units it demands")->check(CLI::Range(1, 20))->capture_default_str();
    verb->add_option("--class", call->vehicle_class, "A to D")
        ->check(CLI::IsMember(std::vector<std::string>{"A", "B", "C", "D"}));
    verb->add_option("--needs", call->needs, "physician,ventilator ...");
    verb->add_flag("--infectious", call->infectious, "needs a vehicle of class C");
    CLI::Option* const to = verb->add_option("--to", call->destination, "of a transfer: hospital by name or id");
    verb->add_option("--planned", call->planned, std::string{"a transfer for this time: "} + kTimeForm)->needs(to);
    verb->callback([&chosen, call] { chosen = [call](Session& s) { new_call(s, *call); }; });
}

void add_orders(CLI::App& app, Deed& chosen) {
    const auto order = std::make_shared<Order>();
    CLI::App* verb = add_order(app, chosen, order, "assign", "send a unit to an incident", &assign);
    verb->add_option("incident", order->incident, "number or id")->required();
    verb->add_option("unit", order->unit, "name or id")->required();
    verb->add_option("--reason", order->reason, "why not the first of the recommendation");
    verb->add_option("--recommendation", order->recommendation, "id of the recommendation seen");
    verb->add_flag("--additional", order->additional, "one more than the incident demands");

    verb = add_order(app, chosen, order, "cancel", "call the assigned unit back", &cancel);
    verb->add_option("unit-or-incident", order->target, "whose assignment")->required();
    verb->add_option("--reason", order->reason, "why")->required();

    verb = add_order(app, chosen, order, "state", "enter a unit's state by voice", &enter_state);
    verb->add_option("unit", order->unit, "name or id")->required();
    verb->add_option("state", order->value, "e.g. en_route or 出车")->required();
    verb->add_option("--note", order->reason, "note");

    verb = add_order(app, chosen, order, "destination", "set the receiving hospital", &set_destination);
    verb->add_option("unit-or-incident", order->target, "whose assignment")->required();
    verb->add_option("hospital", order->value, "name or id")->required();

    verb = add_order(app, chosen, order, "close", "close an incident", &close_incident);
    verb->add_option("incident", order->incident, "number or id")->required();
    CLI::Option* const outcome = verb->add_option("--outcome", order->value, "how it ended; needed when nobody served it");
    verb->add_option("--neighbour", order->target, "the centre of a neighbour region served it")->excludes(outcome);

    verb = add_order(app, chosen, order, "merge", "say that an incident is a second call about another", &merge);
    verb->add_option("incident", order->incident, "the second call's: number or id")->required();
    CLI::Option* const into = verb->add_option("into", order->target, "the other; none: the one that is suggested");
    verb->add_flag("--different", order->different, "it is not: the suggestion goes")->excludes(into);

    verb = add_order(app, chosen, order, "note", "write to a case what its people should know", &note);
    verb->add_option("incident", order->incident, "number or id")->required();
    verb->add_option("text", order->value, "one line, 1 to 500 characters; it is never changed")->required();

    verb = add_order(app, chosen, order, "neighbour", "write down what a neighbour region was asked or said", &neighbour);
    verb->add_option("incident", order->incident, "number or id")->required();
    verb->add_option("name", order->target, "of the neighbour")->required();
    verb->add_option("said", order->value, "asked, agreed or refused")
        ->required()
        ->check(CLI::IsMember(std::vector<std::string>{"asked", "agreed", "refused"}));
    verb->add_option("--unit", order->unit, "of one that agreed: which unit");
    verb->add_option("--eta", order->reason, "of one that agreed: when it will be there");

    verb = add_order(app, chosen, order, "spo2-scale", "switch the scale on which NEWS2 reads the saturation", &spo2_scale);
    verb->add_option("incident", order->incident, "number or id")->required();
    verb->add_option("scale", order->value, "2 only for hypercapnic respiratory failure that a clinician confirmed")
        ->required()
        ->check(CLI::IsMember(std::vector<std::string>{"1", "2"}));

    const auto text = std::make_shared<Text>();
    verb = app.add_subcommand("terminal-text", "text for the driver's screen of the unit's JT/T 808 terminal");
    verb->add_option("unit", text->unit, "name or id")->required();
    verb->add_option("text", text->text, "one line, at most 500 bytes of GBK")->required();
    verb->add_flag("--emergency", text->emergency, "shown as urgent");
    verb->add_option("--life-s", text->life_s, "seconds to try")->check(CLI::Range(10, 86'400))->capture_default_str();
    verb->add_option("--incident", text->incident, "number or id, for the audit");
    verb->callback([&chosen, text] { chosen = [text](Session& s) { send_text(s, *text); }; });
}

} // namespace ems::ctl

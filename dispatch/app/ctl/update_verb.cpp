// The verb that changes an open incident. What is not named stays as it is.
#include <cmath>
#include <cstdio>
#include <memory>
#include <optional>
#include <string_view>

#include <CLI/CLI.hpp>

#include "dispatch/app/ctl/print.h"
#include "dispatch/app/ctl/verbs.h"

namespace ems::ctl {
namespace {

struct Change {
    std::string incident;
    std::uint32_t level{0};
    std::string complaint;
    std::string address;
    double lat{0};
    double lon{0};
    std::uint32_t units{0};
    std::string vehicle_class;
    std::string needs;
    std::string planned;
    bool infectious{false};
    bool not_infectious{false};
    std::string phone;
    std::string name;
    std::string sex;
    std::optional<std::uint32_t> age;
    std::optional<std::uint32_t> age_months;
    CLI::Option* place{nullptr};
};

constexpr std::string_view kNotKnown{"none"};

std::string said(const std::string& word) { return word == kNotKnown ? std::string{} : word; }

void correct(api::UpdateIncident& request, const Change& change) {
    if (!change.phone.empty()) {
        request.set_caller_phone(said(change.phone));
    }
    if (!change.name.empty()) {
        request.set_patient_name(said(change.name));
    }
    if (!change.sex.empty()) {
        request.set_sex(said(change.sex));
    }
    if (change.age) {
        request.set_age_years(*change.age);
    }
    if (change.age_months) {
        request.set_age_months(*change.age_months);
    }
}

void update(Session& session, const Change& change) {
    const api::Incident incident = session.incident(change.incident);
    api::ClientFrame frame;
    api::UpdateIncident& request = *frame.mutable_update_incident();
    request.set_incident_id(incident.id());
    request.set_version(incident.version());
    const std::string unchanged = request.SerializeAsString();
    request.set_level(change.level);
    request.set_complaint(change.complaint);
    request.set_address(change.address);
    request.set_units_wanted(change.units);
    if (change.place->count() > 0) {
        request.mutable_place()->set_lat_e7(static_cast<std::int32_t>(std::lround(change.lat * 1e7)));
        request.mutable_place()->set_lon_e7(static_cast<std::int32_t>(std::lround(change.lon * 1e7)));
    }
    if (!change.planned.empty()) {
        request.set_planned_us(time_of(change.planned));
    }
    if (!change.vehicle_class.empty() || !change.needs.empty() || change.infectious || change.not_infectious) {
        api::Need& need = *request.mutable_need();
        need = incident.need();
        if (!change.vehicle_class.empty()) {
            need.set_vehicle_class(change.vehicle_class);
        }
        if (!change.needs.empty()) {
            need.set_capabilities(change.needs == "none" ? "" : change.needs);
        }
        if (change.infectious || change.not_infectious) {
            need.set_isolation(change.infectious ? "infectious" : "none");
        }
    }
    correct(request, change);
    if (request.SerializeAsString() == unchanged) {
        throw Stop{2, "nothing is to be changed"};
    }
    const api::ServerFrame reply = session.ask(std::move(frame));
    if (session.options().json) {
        std::puts(json_text(reply.done()).c_str());
    } else {
        std::puts(session.language() == Language::chinese ? "完成" : "done");
    }
}

} // namespace

void add_update(CLI::App& app, Deed& chosen) {
    const auto change = std::make_shared<Change>();
    CLI::App* const verb = app.add_subcommand("update", "change an open incident");
    verb->add_option("incident", change->incident, "number or id")->required();
    verb->add_option("--level", change->level, "1 to 4")->check(CLI::Range(1, 4));
    verb->add_option("--complaint", change->complaint, "chief complaint");
    verb->add_option("--address", change->address, "where");
    change->place = verb->add_option("--lat", change->lat, "WGS-84 degrees")->check(CLI::Range(-90.0, 90.0));
    CLI::Option* const lon = verb->add_option("--lon", change->lon, "WGS-84 degrees")->check(CLI::Range(-180.0, 180.0));
    change->place->needs(lon);
    lon->needs(change->place);
    verb->add_option("--units", change->units, "how many units it demands")->check(CLI::Range(1, 20));
    verb->add_option("--class", change->vehicle_class, "A to D")
        ->check(CLI::IsMember(std::vector<std::string>{"A", "B", "C", "D"}));
    verb->add_option("--needs", change->needs, "physician,ventilator ... or none");
    CLI::Option* const infectious = verb->add_flag("--infectious", change->infectious, "needs a vehicle of class C");
    verb->add_flag("--not-infectious", change->not_infectious, "no longer")->excludes(infectious);
    verb->add_option("--phone", change->phone, "caller's number, or none");
    verb->add_option("--name", change->name, "patient's name, or none");
    verb->add_option("--sex", change->sex, "m, f or none")->check(CLI::IsMember(std::vector<std::string>{"m", "f", "none"}));
    CLI::Option* const years = verb->add_option("--age", change->age, "years, 0: not known")->check(CLI::Range(0, 130));
    verb->add_option("--age-months", change->age_months, "of an infant, in its place")->check(CLI::Range(0, 99))->excludes(years);
    verb->add_option("--planned", change->planned, std::string{"of a transfer: "} + kTimeForm);
    verb->callback([&chosen, change] { chosen = [change](Session& s) { update(s, *change); }; });
}

} // namespace ems::ctl

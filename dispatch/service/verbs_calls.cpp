// Calls and who stands behind them: taken, put right while they are open, and read with a reason.
#include "dispatch/service/verbs.h"

#include <algorithm>
#include <ctime>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "dispatch/core/decide.h"
#include "dispatch/core/merge.h"
#include "dispatch/core/task_writes.h"
#include "dispatch/service/messages.h"
#include "dispatch/service/orders.h"
#include "telemetry/seal/key_file.h"
#include "telemetry/wire/caller_phone.h"

namespace ems::dispatch {
namespace {

constexpr std::size_t kNameMax = 128;
constexpr std::int64_t kCivilOffsetS = 8 * 3600;   // the region's civil time is UTC+8 all year

std::string civil_day(std::int64_t us) {
    const std::time_t seconds = us / 1'000'000 + kCivilOffsetS;
    std::tm parts{};
    gmtime_r(&seconds, &parts);
    return fmt::format("{:04}-{:02}-{:02}", parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday);
}

// "13912343462" -> "139****3462"
std::string masked(const std::string& phone) {
    if (phone.empty()) {
        return {};
    }
    if (phone.size() < 8) {
        return "****";
    }
    return phone.substr(0, 3) + "****" + phone.substr(phone.size() - 4);
}

std::string identity_context(const char* column, IncidentId incident) {
    return fmt::format("dispatch.patient_identity.{}.{}", column, incident.value);
}

api::ServerFrame done() {
    api::ServerFrame frame;
    frame.mutable_done();
    return frame;
}

} // namespace

std::string phone_index(const std::string& phone, const seal::DataKey& key) {
    // However it was written: 139 1234 3462 and +86-13912343462 are one telephone.
    std::string number;
    for (const char c : phone.starts_with("+86") ? phone.substr(3) : phone) {
        if (c != ' ' && c != '-' && c != '(' && c != ')') {
            number += c;
        }
    }
    return key.blind_index(number, "dispatch.patient_identity.phone");
}

namespace {

Result<void> check_identity(const std::string& phone, const std::string& name) {
    EMS_TRY(check_text(phone, kPhoneMax, "caller_phone"));
    return check_text(name, kNameMax, "patient_name");
}

Result<CallRequest> call_request(const api::NewCall& in, const CallIds& ids, const std::string& region,
                                 const std::string& actor, std::int64_t now_us) {
    EMS_TRY(check_identity(in.caller_phone(), in.patient_name()));
    EMS_TRY(check_text(in.place_source(), kPhoneMax, "place_source"));
    CallRequest out;
    out.actor = actor;
    out.now_us = now_us;
    out.ring_known = in.ring_us() != 0;
    out.open.call = ids.call;
    out.open.region = region;
    out.open.day = civil_day(now_us);
    out.open.answered_us = in.answered_us() == 0 ? now_us : std::min<std::int64_t>(in.answered_us(), now_us);
    // A desk's clock that is ahead loses no call.
    out.open.ring_us = in.ring_us() == 0 ? out.open.answered_us : std::min<std::int64_t>(in.ring_us(), out.open.answered_us);
    IncidentRow& row = out.open.incident;
    row.id = ids.incident;
    row.number = ids.number;
    row.level = in.level();
    row.complaint = in.complaint();
    row.address = in.address();
    row.place = {in.place().lat_e7(), in.place().lon_e7()};
    row.place_source = in.place_source();
    row.sex = in.sex();
    row.age_years = in.age_years();
    if (in.has_age_months()) {
        row.age_months = in.age_months();
        row.age_years = in.age_months() / kMonthsOfYear;
    }
    row.phone_masked = masked(in.caller_phone());
    row.created_us = now_us;
    auto need = from_message(in.need());
    if (!need) {
        return Failure{need.error()};
    }
    row.need = *need;
    const auto kind = incident_kind_of(in.kind().empty() ? "emergency" : in.kind());
    if (!kind) {
        return fail(Code::choice_unknown, "kind is emergency or transfer");
    }
    row.kind = *kind;
    row.planned_us = in.planned_us();
    row.destination = {in.destination_hospital_id()};
    row.units_wanted = in.units_wanted() == 0 ? 1 : in.units_wanted();
    return out;
}

Result<std::string> seal_name(const std::string& name, IncidentId incident, const seal::DataKey& key) {
    auto sealed = key.seal(name, identity_context("name", incident));
    if (!sealed) {
        return fail(Code::seal, "patient identity");
    }
    return std::move(*sealed);
}

Result<CallerNumber> seal_number(const std::string& phone, IncidentId incident, const seal::DataKey& key) {
    auto sealed = key.seal(phone, identity_context("phone", incident));
    if (!sealed) {
        return fail(Code::seal, "patient identity");
    }
    CallerNumber out;
    out.sealed = std::move(*sealed);
    out.masked = masked(phone);
    // No number is not the number of all who gave none.
    if (!phone.empty()) {
        out.index = phone_index(phone, key);
        out.hash = seal::to_hex(out.index);
    }
    return out;
}

Result<void> seal_identity(OpenIncident& open, const api::NewCall& in, const seal::DataKey& key) {
    auto name = seal_name(in.patient_name(), open.incident.id, key);
    auto number = seal_number(in.caller_phone(), open.incident.id, key);
    if (!name || !number) {
        return Failure{name ? number.error() : name.error()};
    }
    open.name_sealed = std::move(*name);
    open.phone_sealed = std::move(number->sealed);
    open.phone_index = std::move(number->index);
    open.incident.caller = std::move(number->hash);
    return {};
}

Result<Correction> correction_of(const api::UpdateIncident& in, const seal::DataKey& key) {
    EMS_TRY(check_identity(in.caller_phone(), in.patient_name()));
    Correction out;
    if (in.has_sex()) {
        out.sex = in.sex();
    }
    if (in.has_age_months()) {
        out.age = PatientAge{in.age_months() / kMonthsOfYear, in.age_months()};
    } else if (in.has_age_years()) {
        out.age = PatientAge{in.age_years(), {}};
    }
    if (in.has_patient_name()) {
        auto name = seal_name(in.patient_name(), {in.incident_id()}, key);
        if (!name) {
            return Failure{name.error()};
        }
        out.name_sealed = std::move(*name);
    }
    if (in.has_caller_phone()) {
        auto number = seal_number(in.caller_phone(), {in.incident_id()}, key);
        if (!number) {
            return Failure{number.error()};
        }
        out.caller = std::move(*number);
    }
    return out;
}

} // namespace

Task<api::ServerFrame> Verbs::new_call(const Call& call) {
    const api::NewCall& in = call.frame.new_call();
    const std::string region = c_.centre.registry()->region;
    // One moment for number and row: between two, midnight would give a day's number to another day.
    const std::int64_t now = now_us();
    // A request that cannot succeed must not use up a number.
    if (auto valid = call_request(in, {}, region, call.user.name, now); !valid) {
        co_return Failure{valid.error()};
    } else if (auto decided = decide_call(*valid); !decided) {
        co_return Failure{decided.error()};
    }
    if (auto near = check_near({in.place().lat_e7(), in.place().lon_e7()}); !near) {
        co_return Failure{near.error()};
    }
    if (in.destination_hospital_id() != 0 && hospital(in.destination_hospital_id()) == nullptr) {
        co_return fail(Code::no_such_hospital);
    }
    auto ids = co_await c_.store.take_call_ids(region, civil_day(now));
    if (!ids) {
        co_return Failure{ids.error()};
    }
    auto request = call_request(in, *ids, region, call.user.name, now);
    if (!request) {
        co_return Failure{request.error()};
    }
    if (auto sealed = seal_identity(request->open, in, c_.data_key); !sealed) {
        co_return Failure{sealed.error()};
    }
    auto recommendation = advise_for(request->open.incident);
    if (!recommendation) {
        co_return Failure{recommendation.error()};
    }
    recommendation->set_id(ids->recommendation);
    api::ServerFrame reply;
    api::NewCallOk& ok = *reply.mutable_new_call_ok();
    ok.set_call_id(ids->call.value);
    ok.set_incident_id(ids->incident.value);
    ok.set_number(ids->number);
    ok.set_same_as_incident_id(same_event(c_.centre.world(), request->open.incident).value);
    *ok.mutable_recommendation() = *recommendation;
    const StoreRecommendation shown{ids->recommendation, ids->incident, without_routes(*recommendation)};
    Centre::Decider decide = [&request, &shown](const World& world) -> Result<WriteSet> {
        request->open.incident.same_as = same_event(world, request->open.incident);
        Result<WriteSet> writes = decide_call(*request);
        if (writes) {
            writes->operations.emplace_back(shown);
        }
        return writes;
    };
    remember(*recommendation);
    co_return co_await commit(call, std::move(decide), std::move(reply));
}

Task<api::ServerFrame> Verbs::update_incident(const Call& call) {
    const api::UpdateIncident& in = call.frame.update_incident();
    UpdateRequest request;
    request.incident = {in.incident_id()};
    request.version = in.version();
    request.level = in.level();
    request.complaint = in.complaint();
    request.address = in.address();
    request.has_place = in.has_place();
    request.place = {in.place().lat_e7(), in.place().lon_e7()};
    if (auto near = check_near(request.place); request.has_place && !near) {
        co_return Failure{near.error()};
    }
    request.actor = call.user.name;
    request.units_wanted = in.units_wanted();
    request.planned_us = in.planned_us();
    const std::int64_t now = now_us();
    request.now_us = now;
    if (in.has_need()) {
        auto need = from_message(in.need());
        if (!need) {
            co_return Failure{need.error()};
        }
        request.need = *need;
    }
    auto correction = correction_of(in, c_.data_key);
    if (!correction) {
        co_return Failure{correction.error()};
    }
    request.correction = std::move(*correction);
    // A conflict here is the dispatcher's: his screen is older than the row.
    Centre::Decider decide = [this, &request, now](const World& world) -> Result<WriteSet> {
        Result<WriteSet> writes = decide_update(world, request);
        if (writes) {
            tell_changed(world, request.incident, now, *writes);
        }
        return writes;
    };
    co_return co_await commit(call, std::move(decide), done());
}

void Verbs::tell_changed(const World& world, IncidentId incident, std::int64_t now_us, WriteSet& writes) const {
    const IncidentRow& before = *world.incident(incident);
    const IncidentRow after = change_of(writes, before).row;
    const bool told_otherwise = tells_otherwise(before, after);
    for (const auto& [id, assignment] : world.assignments) {
        const Track* track = c_.fleet->by_unit(assignment.unit);
        if (told_otherwise && assignment.incident == before.id && !ended(assignment.state) && track != nullptr &&
            !track->info.vid.empty()) {
            writes.operations.emplace_back(QueueCommand{correction_order(track->info, id, after, now_us)});
        }
    }
}

Task<std::string> Verbs::caller_phone(IncidentId incident) {
    auto sealed = co_await c_.store.identity(incident);
    if (!sealed) {
        co_return Failure{sealed.error()};
    }
    auto phone = c_.data_key.open(sealed->phone_sealed, identity_context("phone", incident));
    if (!phone) {
        co_return fail(Code::seal, "patient identity does not open with this key");
    }
    co_return wire::dialled(*phone);
}

// Read one case at a time, with a reason, by who has to do with it; the reading is in the audit before the answer is.
Task<api::ServerFrame> Verbs::reveal_identity(User user, api::RevealIdentity request) {
    const IncidentId id{request.incident_id()};
    const IncidentRow* incident = c_.centre.world().incident(id);
    if (incident == nullptr) {
        co_return fail(Code::no_such_incident);
    }
    if (auto valid = check_reason(request.reason()); !valid) {
        co_return Failure{valid.error()};
    }
    // A second call's caller is rung as long as what it was merged into lasts.
    const IncidentRow* lasts = incident->merged_into.is_set() ? c_.centre.world().incident(incident->merged_into) : incident;
    if (lasts == nullptr || ended(lasts->state)) {
        co_return fail(Code::identity_closed);
    }
    if (user.role == Role::physician && c_.centre.world().live_assignments(lasts->id) == 0) {
        co_return fail(Code::identity_needs_unit);
    }
    Centre::Decider decide = [&](const World&) -> Result<WriteSet> {
        return WriteSet{user.name, {AddAudit{"reveal_identity", id, "reason=" + request.reason()}}};
    };
    auto audited = co_await c_.centre.commit(std::move(decide));
    if (!audited) {
        co_return Failure{audited.error()};
    }
    auto sealed = co_await c_.store.identity(id);
    if (!sealed) {
        co_return Failure{sealed.error()};
    }
    auto name = c_.data_key.open(sealed->name_sealed, identity_context("name", id));
    auto phone = c_.data_key.open(sealed->phone_sealed, identity_context("phone", id));
    if (!name || !phone) {
        co_return fail(Code::seal, "patient identity does not open with this key");
    }
    api::ServerFrame reply;
    reply.mutable_identity()->set_incident_id(id.value);
    reply.mutable_identity()->set_patient_name(*name);
    reply.mutable_identity()->set_caller_phone(*phone);
    co_return reply;
}

} // namespace ems::dispatch

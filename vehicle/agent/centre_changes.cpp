#include "vehicle/agent/centre_changes.h"

#include <algorithm>
#include <utility>

#include "telemetry/base/text.h"
#include "vehicle/agent/limits.h"

namespace ems::vehicle {
namespace {

CentreChange change_of(CentreChange::What what, const std::string& shown,
                       const std::string& counts) {
    CentreChange out;
    out.set_what(what);
    out.set_shown(shown);
    out.set_counts(counts);
    return out;
}

bool same_scene(const wire::DispatchOrder& one, const wire::DispatchOrder& other) {
    return one.address() == other.address() && one.lat_e7() == other.lat_e7() &&
           one.lon_e7() == other.lon_e7();
}

} // namespace

CentreChanges::CentreChanges(std::string_view kept) {
    if (!news_.ParseFromArray(kept.data(), static_cast<int>(kept.size()))) {
        news_.Clear();
    }
}

void CentreChanges::link_back(std::int64_t server_us, std::chrono::seconds lasted) {
    back_us_ = server_us;
    lasted_s_ = static_cast<std::uint32_t>(
        std::clamp<std::int64_t>(lasted.count(), 0, UINT32_MAX));
}

bool CentreChanges::was_issued_meanwhile(const wire::CommandBody& body) const {
    return body.issued_us() != 0 && body.issued_us() < back_us_;
}

void CentreChanges::add(CentreChange change, std::uint32_t lasted_s) {
    auto& all = *news_.mutable_changes();
    const bool of_outages = all.empty() || news_.lasted_s() != 0;
    // There and back and there again: what was said last is what counts.
    const auto same = [said = change.SerializeAsString()](const CentreChange& one) {
        return one.SerializeAsString() == said;
    };
    all.erase(std::remove_if(all.begin(), all.end(), same), all.end());
    if (static_cast<std::size_t>(all.size()) >= kCentreChangesMax) {
        all.erase(all.begin());
    }
    *all.Add() = std::move(change);
    news_.set_lasted_s(of_outages ? lasted_s : 0);
}

bool CentreChanges::applied(const wire::CommandBody& body, const Status& shown, const Status& now) {
    const bool meanwhile = was_issued_meanwhile(body);
    const std::string before = bytes();
    if (body.has_dispatch() && now.has_order()) {
        forget_states();
    }
    if (meanwhile || shown.order_accepted()) {
        compare_order(body, shown, now, meanwhile ? lasted_s_ : 0);
    }
    if (meanwhile) {
        compare_posting(shown, now);
    }
    return bytes() != before;
}

void CentreChanges::compare_order(const wire::CommandBody& body, const Status& shown,
                                  const Status& now, std::uint32_t lasted_s) {
    if (!shown.has_order()) {
        return; // a new order comes to the front by itself
    }
    const wire::DispatchOrder& was = shown.order();
    const wire::DispatchOrder& is = now.order();
    if (!now.has_order()) {
        CentreChange change = change_of(CentreChange::ORDER_CANCELLED, was.incident_number(), {});
        change.set_shown_state(shown.state());
        change.set_state(now.state());
        change.set_reason(std::string{cut_text(body.cancel().reason(), kTextMax)});
        add(std::move(change), lasted_s);
        return;
    }
    if (was.assignment_id() != is.assignment_id()) {
        add(change_of(CentreChange::ORDER_REPLACED, was.incident_number(), is.incident_number()),
            lasted_s);
        return;
    }
    if (!same_scene(was, is)) {
        add(change_of(CentreChange::SCENE_CORRECTED, was.address(), is.address()), lasted_s);
    }
    if (shown.destination().name() != now.destination().name()) {
        add(change_of(CentreChange::DESTINATION_CHANGED, shown.destination().name(),
                      now.destination().name()),
            lasted_s);
    }
}

// A new order has a state of its own: what a cancelled one left behind counts no longer.
void CentreChanges::forget_states() {
    for (CentreChange& change : *news_.mutable_changes()) {
        change.clear_shown_state();
        change.clear_state();
    }
}

void CentreChanges::compare_posting(const Status& shown, const Status& now) {
    if (!shown.has_posting() || now.has_order()) {
        return; // a posting ends with an order, and a new one comes to the front by itself
    }
    const std::string& was = shown.posting().posting().name();
    if (!now.has_posting()) {
        add(change_of(CentreChange::POSTING_ENDED, was, {}), lasted_s_);
    } else if (shown.posting().command_id() != now.posting().command_id()) {
        add(change_of(CentreChange::POSTING_CHANGED, was, now.posting().posting().name()),
            lasted_s_);
    }
}

bool CentreChanges::came_too_late(const wire::CommandBody& body) {
    if (!was_issued_meanwhile(body) || !body.has_dispatch()) {
        return false;
    }
    const std::string before = bytes();
    add(change_of(CentreChange::ORDER_TOO_LATE, {}, body.dispatch().incident_number()), lasted_s_);
    return bytes() != before;
}

} // namespace ems::vehicle

#include "vehicle/agent/centre_changes.h"

#include <algorithm>
#include <utility>

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

void CentreChanges::add(CentreChange change) {
    auto& all = *news_.mutable_changes();
    const bool known =
        std::any_of(all.begin(), all.end(), [said = change.SerializeAsString()](const CentreChange& one) {
            return one.SerializeAsString() == said;
        });
    if (known) {
        return;
    }
    if (static_cast<std::size_t>(all.size()) >= kCentreChangesMax) {
        all.erase(all.begin());
    }
    *all.Add() = std::move(change);
    news_.set_lasted_s(lasted_s_);
}

bool CentreChanges::applied(const wire::CommandBody& body, const Status& shown, const Status& now) {
    if (!was_issued_meanwhile(body)) {
        return false;
    }
    const std::string before = bytes();
    compare_order(shown, now);
    compare_posting(shown, now);
    return bytes() != before;
}

void CentreChanges::compare_order(const Status& shown, const Status& now) {
    if (!shown.has_order()) {
        return; // a new order comes to the front by itself
    }
    const wire::DispatchOrder& was = shown.order();
    const wire::DispatchOrder& is = now.order();
    if (!now.has_order()) {
        CentreChange change = change_of(CentreChange::ORDER_CANCELLED, was.incident_number(), {});
        change.set_shown_state(shown.state());
        change.set_state(now.state());
        add(std::move(change));
        return;
    }
    if (was.assignment_id() != is.assignment_id()) {
        add(change_of(CentreChange::ORDER_REPLACED, was.incident_number(), is.incident_number()));
        return;
    }
    if (!same_scene(was, is)) {
        add(change_of(CentreChange::SCENE_CORRECTED, was.address(), is.address()));
    }
    if (shown.destination().name() != now.destination().name()) {
        add(change_of(CentreChange::DESTINATION_CHANGED, shown.destination().name(),
                      now.destination().name()));
    }
}

void CentreChanges::compare_posting(const Status& shown, const Status& now) {
    if (!shown.has_posting() || now.has_order()) {
        return; // a posting ends with an order, and a new one comes to the front by itself
    }
    const std::string& was = shown.posting().posting().name();
    if (!now.has_posting()) {
        add(change_of(CentreChange::POSTING_ENDED, was, {}));
    } else if (shown.posting().command_id() != now.posting().command_id()) {
        add(change_of(CentreChange::POSTING_CHANGED, was, now.posting().posting().name()));
    }
}

bool CentreChanges::came_too_late(const wire::CommandBody& body) {
    if (!was_issued_meanwhile(body) || !body.has_dispatch()) {
        return false;
    }
    const std::string before = bytes();
    add(change_of(CentreChange::ORDER_TOO_LATE, {}, body.dispatch().incident_number()));
    return bytes() != before;
}

} // namespace ems::vehicle

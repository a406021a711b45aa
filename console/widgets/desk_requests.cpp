// What a desk asks of the centre: calls, orders, changes of cases, questions, marks of alarms.
#include "console/widgets/desk.h"

#include "console/model/patient_change.h"
#include "telemetry/base/log.h"

#include <algorithm>
#include <utility>

#include <QUuid>

namespace ems::console {

bool Desk::recommend() {
    if (!isLive() || state_.selected_incident() == 0) {
        return false;
    }
    api::ClientFrame frame;
    frame.mutable_recommend()->set_incident_id(state_.selected_incident());
    return ask(std::move(frame), Asked::recommend) != 0;
}

bool Desk::needsUnit(std::int64_t incident_id) const {
    const api::Incident* incident = state_.incident(incident_id);
    return incident != nullptr && state_.units_short(*incident) != 0;
}

std::optional<Order> Desk::chosenOrder() const {
    const api::Candidate* candidate = state_.selected_candidate();
    const api::Recommendation* shown = state_.recommendation(state_.selected_incident());
    if (candidate == nullptr || shown == nullptr || state_.unit(candidate->unit_id()) == nullptr ||
        !needsUnit(shown->incident_id())) {
        return std::nullopt;
    }
    return Order{shown->incident_id(), candidate->unit_id(), shown->id(), candidate->rank()};
}

bool Desk::assign(const Order& order, const QString& override_reason) {
    if (!takesOrders() || !needsUnit(order.incident_id)) {
        return false;
    }
    api::ClientFrame frame;
    auto* a = frame.mutable_assign();
    a->set_incident_id(order.incident_id);
    a->set_unit_id(order.unit_id);
    a->set_recommendation_id(order.recommendation_id);
    a->set_override_reason(override_reason.toStdString());
    return ask(std::move(frame), Asked::assign) != 0;
}

std::string Desk::newKey() {
    return QUuid::createUuid().toString(QUuid::WithoutBraces).toStdString();
}

bool Desk::isCallUnderWay() const {
    return std::any_of(asked_.begin(), asked_.end(), [](const auto& a) {
        return a.second == Asked::call || a.second == Asked::dropped_call;
    });
}

CallSent Desk::createCall(api::NewCall call, const std::string& key) {
    return sendCall(std::move(call), key, Asked::call);
}

CallSent Desk::dropCall(api::NewCall call, const std::string& key, const std::string& outcome) {
    const CallSent sent = sendCall(std::move(call), key, Asked::dropped_call);
    if (sent == CallSent::yes) {
        drop_outcome_ = outcome;
    }
    return sent;
}

CallSent Desk::sendCall(api::NewCall call, const std::string& key, Asked asked) {
    if (isCallUnderWay()) {
        return CallSent::under_way;
    }
    if (!takesOrders()) {
        return CallSent::not_connected;
    }
    follow_ = Follow::none;
    api::ClientFrame frame;
    frame.set_idempotency_key(key);
    *frame.mutable_new_call() = std::move(call);
    if (ask(std::move(frame), asked) == 0) {
        return CallSent::not_connected;
    }
    chosen_since_call_ = false;
    return CallSent::yes;
}

bool Desk::updateIncident(api::UpdateIncident update) {
    if (!takesOrders()) {
        return false;
    }
    api::ClientFrame frame;
    *frame.mutable_update_incident() = update;
    const std::uint64_t number = ask(std::move(frame), Asked::update);
    if (number != 0 && updates_.size() < kAskedMax) {
        updates_[number] = std::move(update);
    }
    return number != 0;
}

void Desk::tellEditing(std::int64_t incident_id) {
    edited_ = incident_id;
    sendEditing();
}

void Desk::sendEditing() {
    const std::string& role = state_.login().role();
    const bool may_tell = role == "dispatcher" || role == "physician";
    if (edited_ == edited_told_ || !may_tell || leaving_ || !isLive() || isPast()) {
        return;
    }
    api::ClientFrame frame;
    frame.mutable_tell_editing()->set_incident_id(edited_);
    if (ask(std::move(frame), Asked::none) != 0) {
        edited_told_ = edited_;
    }
}

bool Desk::isTellingIdentity(std::int64_t incident_id) const {
    return std::any_of(updates_.begin(), updates_.end(), [incident_id](const auto& one) {
        return one.second.incident_id() == incident_id && tells_identity(one.second);
    });
}

std::optional<Refused> Desk::order(const api::ClientFrame& frame, const QString& echo) {
    if (auto refused = check_order(state_, frame, localUs())) {
        return refused;
    }
    follow_ = Follow::none;
    const std::uint64_t number = ask(frame, Asked::order);
    if (number == 0) {
        return Refused{RefusalCode::not_connected, {}};
    }
    if (echoes_.size() < kAskedMax) {
        echoes_[number] = echo;
    }
    return std::nullopt;
}

void Desk::takeCallOpened(const api::NewCallOk& opened, Asked asked) {
    state_.apply_recommendation(opened.recommendation());
    const QString number = QString::fromStdString(opened.number());
    if (asked == Asked::call) {
        if (!chosen_since_call_) { // nobody is taken from the case he has gone on to
            applySelection(opened.incident_id());
        }
        emit callCreated(opened.incident_id(), number);
    } else if (asked == Asked::dropped_call) {
        dropped_[opened.incident_id()] = std::exchange(drop_outcome_, {});
        emit callDropped(number);
    }
}

// Its version is known once the incident is here: the answer to the call may come before it.
void Desk::endDropped() {
    for (auto it = dropped_.begin(); it != dropped_.end();) {
        const api::Incident* incident = state_.incident(it->first);
        if (incident == nullptr) {
            ++it;
            continue;
        }
        api::ClientFrame frame;
        frame.mutable_close_incident()->set_incident_id(it->first);
        frame.mutable_close_incident()->set_outcome(it->second);
        frame.mutable_close_incident()->set_version(incident->version());
        ask(std::move(frame), Asked::end_dropped);
        it = dropped_.erase(it);
    }
}

std::uint64_t Desk::askBehind(api::ClientFrame frame) {
    return isLive() ? ask(std::move(frame), Asked::behind) : 0;
}

std::uint64_t Desk::question(const api::ClientFrame& frame) {
    return isLive() ? ask(frame, Asked::question) : 0;
}

void Desk::acknowledgeAlarm(std::span<const std::string> shown) {
    if (const auto seen = state_.acknowledge_alarm(shown, localUs())) {
        tellMark(mark_request(MarkDeed::acknowledge, seen->key, seen->grade), Asked::none, seen->key);
        emit stateChanged();
    }
}

void Desk::tellMark(std::optional<api::MarkAlarm> mark, Asked asked, const std::string& key) {
    if (!mark || !isLive()) {
        return;
    }
    api::ClientFrame frame;
    *frame.mutable_mark_alarm() = std::move(*mark);
    const std::uint64_t number = ask(std::move(frame), asked);
    if (asked == Asked::shelve && number != 0 && shelved_.size() < kAskedMax) {
        shelved_[number] = key;
    }
}

bool Desk::shelveAlarm(const std::string& key, std::uint32_t minutes, const QString& reason) {
    const bool put_away =
        state_.alarms().shelve(key, minutes, reason.toStdString(), state_.login().display_name(), shownUs());
    if (put_away) {
        EMS_LOG(info, "desk", "alarm shelved minutes={} by={}", minutes, state_.login().user());
        const AlarmEntry& away = *state_.alarms().find(key);
        auto mark = mark_request(MarkDeed::shelve, key, away.grade);
        if (mark) {
            mark->set_minutes(minutes);
            mark->set_reason(reason.toStdString());
            mark->set_technical(away.technical);
        }
        tellMark(std::move(mark), Asked::shelve, key);
        emit stateChanged();
    }
    return put_away;
}

void Desk::takeAlarmBack(const std::string& key) {
    if (state_.alarms().take_back(key, shownUs())) {
        tellMark(mark_request(MarkDeed::take_back, key, state_.alarms().find(key)->grade), Asked::none, key);
        emit stateChanged();
    }
}

} // namespace ems::console

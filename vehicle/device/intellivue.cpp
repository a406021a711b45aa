#include "vehicle/device/intellivue.h"

#include <algorithm>

namespace ems::vehicle {
namespace {

constexpr std::chrono::milliseconds kPollPeriod{1'000};
constexpr std::chrono::milliseconds kPollPeriodMost{5'000};
constexpr std::chrono::milliseconds kRequestEvery{3'000};
// A monitor keeps an association it has lost for 10 s, and refuses another until then (guide 70).
constexpr std::chrono::milliseconds kAfterRefusal{10'000};
constexpr std::chrono::milliseconds kAfterEnd{2'000};
constexpr std::chrono::milliseconds kIntroducedWithin{5'000};
constexpr std::chrono::milliseconds kResultWithin{5'000};

} // namespace

void IntellivueMonitor::associate_at(Ticks when) {
    state_ = State::associating;
    request_at_ = when;
    values_ = {};
}

std::vector<std::string> IntellivueMonitor::due(Ticks now) {
    std::vector<std::string> send;
    const bool silent =
        state_ == State::operating && now - heard_at_ >= std::max(kResultWithin, poll_period_ * 3);
    if (silent || (state_ == State::accepted && now >= request_at_)) {
        send.push_back(intellivue_release_request());
        associate_at(now + kAfterEnd);
    } else if (state_ == State::associating && now >= request_at_) {
        send.push_back(intellivue_association_request(kPollPeriod));
        request_at_ = now + kRequestEvery;
    } else if (state_ == State::operating && now >= poll_at_) {
        values_ = {}; // of a poll whose last result was lost
        send.push_back(intellivue_poll_request(++invoke_id_));
        poll_at_ = now + poll_period_;
    }
    return send;
}

std::vector<std::string> IntellivueMonitor::farewell() const {
    return state_ == State::associating ? std::vector<std::string>{}
                                        : std::vector<std::string>{intellivue_release_request()};
}

MonitorProtocol::Heard IntellivueMonitor::feed(std::string_view bytes, Ticks now) {
    Heard heard;
    const auto message = parse_intellivue(bytes);
    if (!message) {
        heard.refused = 1;
        return heard;
    }
    switch (message->kind) {
    case IntellivueKind::accept:
        if (state_ == State::associating) {
            state_ = State::accepted;
            request_at_ = now + kIntroducedWithin;
            poll_period_ = std::clamp(message->min_poll_period.value_or(kPollPeriod), kPollPeriod,
                                      kPollPeriodMost);
        }
        break;
    case IntellivueKind::mds_created:
        operate(*message, now, heard);
        break;
    case IntellivueKind::poll_result:
        take_result(*message, now, heard);
        break;
    case IntellivueKind::poll_error:
        heard.trouble = "the monitor refuses to be polled";
        break;
    case IntellivueKind::refuse:
        if (state_ == State::associating) { // else of a request repeated too early
            heard.trouble = "the monitor refuses the association";
            associate_at(now + kAfterRefusal);
        }
        break;
    case IntellivueKind::release_request:
        heard.send.push_back(intellivue_release_response());
        [[fallthrough]];
    case IntellivueKind::abort:
        heard.trouble = "the monitor ended the association";
        associate_at(now + kAfterEnd);
        break;
    case IntellivueKind::release_response:
    case IntellivueKind::other:
        break;
    }
    return heard;
}

// It introduces itself until it is answered, and ends the association when it never is. Datagrams
// may overtake each other, so this is taken before the acceptance, too.
void IntellivueMonitor::operate(const IntellivueMessage& created, Ticks now, Heard& heard) {
    heard.send.push_back(intellivue_mds_create_result(created));
    if (state_ != State::operating) {
        state_ = State::operating;
        heard_at_ = now;
        poll_at_ = now;
    }
}

void IntellivueMonitor::take_result(const IntellivueMessage& message, Ticks now, Heard& heard) {
    if (state_ != State::operating || message.invoke_id != invoke_id_) {
        return; // of a poll given up
    }
    heard_at_ = now;
    for (const IntellivueObservation& one : message.observations) {
        const auto vital = mdc_vital(one.physio_id);
        if (!vital) {
            continue;
        }
        VitalValue value{.kind = vital->kind};
        const auto unit = mdc_unit(one.unit);
        if (unit && one.value && intellivue_valid(one.state)) {
            value.value = mdc_value(vital->kind, *unit, *one.value);
        }
        if (of_cuff(vital->kind)) {
            value.measured_at = one.measured_at;
        }
        values_.add(*vital, std::move(value));
    }
    if (message.last) {
        heard.messages.emplace_back().values = values_.take();
    }
}

} // namespace ems::vehicle

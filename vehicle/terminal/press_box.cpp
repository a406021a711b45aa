#include "vehicle/terminal/press_box.h"

#include "telemetry/wire/findings.h"

#include <algorithm>
#include <optional>

namespace ems::terminal {
namespace {

constexpr std::size_t kPressBytesMax = 4'096;
constexpr std::size_t kBootBytesMax = 64;
// A file without it is of an earlier version, and begins with the size of a press.
constexpr std::string_view kMark = "EMSPRESS";
// 2026-01-01: a clock that shows an earlier time was never set (vehicle/agent/vehicle_clock.h).
constexpr std::int64_t kClockWasSetMs = 1'767'225'600'000;

void put_number(std::string& out, std::uint64_t value) {
    for (int shift = 56; shift >= 0; shift -= 8) {
        out.push_back(static_cast<char>(value >> static_cast<unsigned>(shift) & 0xFFU));
    }
}

// Presses of before a boot lie before its beginning. Within bounds that nothing overflows.
bool is_time(std::int64_t ms) {
    constexpr std::int64_t kMost = 1'000'000'000'000'000;
    return ms > -kMost && ms < kMost;
}

std::uint64_t number_at(std::string_view bytes, std::size_t at) {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < 8; ++i) {
        value = value << 8U | static_cast<unsigned char>(bytes[at + i]);
    }
    return value;
}

// By how much the monotonic times of `saved` and of `now` differ, when both are of one boot or the
// clock on the wall can tell.
std::optional<std::int64_t> shift_of(const MachineTime& saved, const MachineTime& now) {
    if (!saved.boot.empty() && saved.boot == now.boot) {
        return 0;
    }
    const std::int64_t away_ms = now.utc_ms - saved.utc_ms;
    if (saved.utc_ms < kClockWasSetMs || now.utc_ms < kClockWasSetMs || away_ms < 0) {
        return std::nullopt;
    }
    return now.ticks_ms - saved.ticks_ms - away_ms;
}

// Takes the head off; nothing where there is none, or where it is not whole.
std::optional<MachineTime> take_head(std::string_view& bytes) {
    const std::size_t fixed = kMark.size() + 3 * 8;
    if (!bytes.starts_with(kMark) || bytes.size() < fixed) {
        return std::nullopt;
    }
    MachineTime saved;
    saved.ticks_ms = static_cast<std::int64_t>(number_at(bytes, 8));
    saved.utc_ms = static_cast<std::int64_t>(number_at(bytes, 16));
    const std::uint64_t boot = number_at(bytes, 24);
    if (boot > kBootBytesMax || boot > bytes.size() - fixed || !is_time(saved.ticks_ms) ||
        !is_time(saved.utc_ms)) {
        return std::nullopt;
    }
    saved.boot = bytes.substr(fixed, boot);
    bytes.remove_prefix(fixed + boot);
    return saved;
}

} // namespace

std::string event_id_of(const vehicle::CrewRequest& request) {
    return request.has_press()      ? request.press().event_id()
           : request.has_answer()   ? request.answer().event_id()
           : request.has_reach()    ? request.reach().event_id()
           : request.has_findings() ? request.findings().event_id()
           : request.has_send_ecg() ? request.send_ecg().event_id()
           : request.has_call()     ? request.call().event_id()
                                    : std::string{};
}

Result<void> PressBox::add(vehicle::CrewRequest request, std::int64_t now_ms) {
    if (event_id_of(request).empty()) {
        return fail(Code::invalid_argument, "no state, answer, findings, ECG or call with an event id");
    }
    if (waiting_.size() >= kPressesMax) {
        return fail(Code::full, "too many presses wait for the vehicle");
    }
    hurry(); // what follows a press confirms it
    const std::int64_t goes = request.has_press() ? now_ms + kUndoMs : now_ms;
    waiting_.push_back({std::move(request), now_ms, goes});
    return {};
}

const vehicle::PressState* PressBox::undoable(std::int64_t now_ms) const {
    return undo_left_ms(now_ms) > 0 ? &waiting_.back().request.press() : nullptr;
}

std::int64_t PressBox::undo_left_ms(std::int64_t now_ms) const {
    if (waiting_.empty() || !waiting_.back().request.has_press()) {
        return 0;
    }
    return std::max<std::int64_t>(0, waiting_.back().goes_ms - now_ms);
}

bool PressBox::undo(std::int64_t now_ms) {
    if (undoable(now_ms) == nullptr) {
        return false;
    }
    waiting_.pop_back();
    return true;
}

void PressBox::hurry() {
    if (!waiting_.empty()) {
        waiting_.back().goes_ms = waiting_.back().pressed_ms;
    }
}

bool PressBox::front(std::int64_t now_ms, vehicle::CrewRequest* out) const {
    if (waiting_.empty() || waiting_.front().goes_ms > now_ms) {
        return false;
    }
    *out = waiting_.front().request;
    const auto age_ms = static_cast<std::uint32_t>(std::clamp<std::int64_t>(
        now_ms - waiting_.front().pressed_ms, 0, std::int64_t{UINT32_MAX}));
    if (out->has_press()) {
        out->mutable_press()->set_age_ms(age_ms);
    } else if (out->has_reach()) {
        out->mutable_reach()->set_age_ms(age_ms);
    } else if (out->has_findings()) {
        out->mutable_findings()->set_age_ms(age_ms);
    } else if (out->has_send_ecg()) {
        out->mutable_send_ecg()->set_age_ms(age_ms);
    }
    return true;
}

void PressBox::settle(std::string_view event_id) {
    std::erase_if(waiting_,
                  [&](const Waiting& one) { return event_id_of(one.request) == event_id; });
}

wire::UnitState PressBox::pressed_state() const {
    for (auto one = waiting_.rbegin(); one != waiting_.rend(); ++one) {
        if (one->request.has_press()) {
            return one->request.press().state();
        }
    }
    return wire::UNIT_UNSPECIFIED;
}

const vehicle::AnswerOrder* PressBox::answer_to(std::string_view command_id) const {
    const auto found = std::find_if(waiting_.begin(), waiting_.end(), [&](const Waiting& one) {
        return one.request.has_answer() && one.request.answer().command_id() == command_id;
    });
    return found == waiting_.end() ? nullptr : &found->request.answer();
}

bool PressBox::holds_arrival(std::string_view command_id) const {
    return std::any_of(waiting_.begin(), waiting_.end(), [&](const Waiting& one) {
        return one.request.has_reach() && one.request.reach().command_id() == command_id;
    });
}

const vehicle::CallPhysician* PressBox::physician_call() const {
    const auto found = std::find_if(waiting_.rbegin(), waiting_.rend(),
                                    [](const Waiting& one) { return one.request.has_call(); });
    return found == waiting_.rend() ? nullptr : &found->request.call();
}

bool PressBox::holds_ecg() const {
    return std::any_of(waiting_.begin(), waiting_.end(),
                       [](const Waiting& one) { return one.request.has_send_ecg(); });
}

void PressBox::add_waiting_findings(wire::PatientChart& chart, std::int64_t now_ms,
                                    std::int64_t utc_us) const {
    for (const Waiting& one : waiting_) {
        if (one.request.has_findings()) {
            wire::add_findings(chart, one.request.findings().findings(),
                               utc_us - (now_ms - one.pressed_ms) * 1'000);
        }
    }
}

std::string PressBox::bytes(const MachineTime& now) const {
    std::string out{kMark};
    put_number(out, static_cast<std::uint64_t>(now.ticks_ms));
    put_number(out, static_cast<std::uint64_t>(now.utc_ms));
    put_number(out, std::min(now.boot.size(), kBootBytesMax));
    out += now.boot.substr(0, kBootBytesMax);
    for (const Waiting& one : waiting_) {
        const std::string body = one.request.SerializeAsString();
        put_number(out, body.size());
        put_number(out, static_cast<std::uint64_t>(one.pressed_ms));
        out += body;
    }
    return out;
}

PressBox PressBox::from_bytes(std::string_view bytes, const MachineTime& now) {
    PressBox box;
    const auto saved = take_head(bytes);
    // Of an earlier version: of this boot, as far as its times do not lie ahead.
    const auto shift_ms = saved ? shift_of(*saved, now) : std::optional<std::int64_t>{0};
    std::size_t at = 0;
    while (bytes.size() - at >= 16 && box.waiting_.size() < kPressesMax) {
        const std::uint64_t size = number_at(bytes, at);
        const auto pressed = static_cast<std::int64_t>(number_at(bytes, at + 8));
        at += 16;
        vehicle::CrewRequest request;
        if (size > kPressBytesMax || size > bytes.size() - at ||
            !request.ParseFromArray(bytes.data() + at, static_cast<int>(size)) ||
            event_id_of(request).empty()) {
            break;
        }
        at += size;
        const bool told = shift_ms && is_time(pressed) && pressed + *shift_ms <= now.ticks_ms;
        const std::int64_t when = told ? pressed + *shift_ms : now.ticks_ms;
        box.waiting_.push_back({std::move(request), when, when}); // nobody takes it back any more
    }
    return box;
}

} // namespace ems::terminal

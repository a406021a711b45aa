#include "vehicle/terminal/press_box.h"

#include <algorithm>

namespace ems::terminal {
namespace {

constexpr std::size_t kPressBytesMax = 4'096;

void put_number(std::string& out, std::uint64_t value) {
    for (int shift = 56; shift >= 0; shift -= 8) {
        out.push_back(static_cast<char>(value >> static_cast<unsigned>(shift) & 0xFFU));
    }
}

std::uint64_t number_at(std::string_view bytes, std::size_t at) {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < 8; ++i) {
        value = value << 8U | static_cast<unsigned char>(bytes[at + i]);
    }
    return value;
}

} // namespace

std::string event_id_of(const vehicle::CrewRequest& request) {
    return request.has_press()    ? request.press().event_id()
           : request.has_answer() ? request.answer().event_id()
                                  : std::string{};
}

Result<void> PressBox::add(vehicle::CrewRequest request, std::int64_t now_ms) {
    if (event_id_of(request).empty()) {
        return fail(Code::invalid_argument, "neither a state nor an answer with an event id");
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
    if (out->has_press()) {
        const std::int64_t age = std::clamp<std::int64_t>(now_ms - waiting_.front().pressed_ms, 0,
                                                          std::int64_t{UINT32_MAX});
        out->mutable_press()->set_age_ms(static_cast<std::uint32_t>(age));
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

bool PressBox::answers(std::string_view command_id) const {
    return std::any_of(waiting_.begin(), waiting_.end(), [&](const Waiting& one) {
        return one.request.has_answer() && one.request.answer().command_id() == command_id;
    });
}

std::string PressBox::bytes() const {
    std::string out;
    for (const Waiting& one : waiting_) {
        const std::string body = one.request.SerializeAsString();
        put_number(out, body.size());
        put_number(out, static_cast<std::uint64_t>(one.pressed_ms));
        out += body;
    }
    return out;
}

PressBox PressBox::from_bytes(std::string_view bytes, std::int64_t now_ms) {
    PressBox box;
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
        const std::int64_t when = pressed < 0 || pressed > now_ms ? now_ms : pressed;
        box.waiting_.push_back({std::move(request), when, when}); // nobody takes it back any more
    }
    return box;
}

} // namespace ems::terminal

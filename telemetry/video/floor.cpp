#include "telemetry/video/floor.h"

#include <algorithm>

#include "telemetry/video/rtp.h"

namespace ems::video {

using std::chrono::milliseconds;

const FloorControl::Member* FloorControl::find(Party id) const {
    const auto found = std::find_if(parties_.begin(), parties_.end(),
                                    [id](const Member& member) { return member.id == id; });
    return found != parties_.end() ? &*found : nullptr;
}

FloorControl::Member* FloorControl::find(Party id) {
    const auto found = std::find_if(parties_.begin(), parties_.end(),
                                    [id](const Member& member) { return member.id == id; });
    return found != parties_.end() ? &*found : nullptr;
}

int FloorControl::priority(const Member& member, Urgency urgency) {
    constexpr int kEmergency = 3;
    return urgency == Urgency::emergency ? kEmergency : static_cast<int>(member.rank);
}

FloorStanding FloorControl::answer(Member& member, FloorVerdict verdict, FloorReason reason) {
    member.standing.verdict = verdict;
    member.standing.reason = reason;
    ++changes_;
    return member.standing;
}

void FloorControl::take_from_holder(FloorVerdict verdict, FloorReason reason) {
    if (Member* holder = holder_ ? find(*holder_) : nullptr) {
        answer(*holder, verdict, reason);
    }
    holder_.reset();
    urgency_ = Urgency::normal;
}

bool FloorControl::join(Party id, FloorRank rank) {
    if (Member* known = find(id)) {
        known->rank = rank;
        return true;
    }
    if (parties_.size() >= kFloorPartiesMax) {
        return false;
    }
    parties_.push_back({id, rank, false, {}});
    ++changes_;
    return true;
}

void FloorControl::leave(Party id) {
    if (find(id) == nullptr) {
        return;
    }
    if (holder_ == id) {
        take_from_holder(FloorVerdict::idle, FloorReason::none);
    }
    if (partner_ == id) {
        partner_.reset();
    }
    std::erase_if(parties_, [id](const Member& member) { return member.id == id; });
    ++changes_;
}

FloorStanding FloorControl::request(Party id, std::uint16_t press, Urgency urgency, Ticks now) {
    Member* member = find(id);
    if (member == nullptr) {
        return {FloorVerdict::denied, FloorReason::not_entitled, press};
    }
    if (member->pressed && seq_distance(press, member->standing.press) <= 0) {
        return member->standing; // a repeat, or late
    }
    member->pressed = true;
    member->standing.press = press;
    if (urgency == Urgency::emergency && member->rank != FloorRank::crew) {
        if (holder_ == id) { // its former press ended with this one
            take_from_holder(FloorVerdict::idle, FloorReason::none);
        }
        return answer(*member, FloorVerdict::denied, FloorReason::not_entitled);
    }
    if (partner_) {
        const bool heard = member->rank == FloorRank::crew || partner_ == id;
        return answer(*member, heard ? FloorVerdict::granted : FloorVerdict::denied,
                      heard ? FloorReason::none : FloorReason::line_open);
    }
    if (holder_ && holder_ != id) {
        if (priority(*member, urgency) <= priority(*find(*holder_), urgency_)) {
            return answer(*member, FloorVerdict::denied, FloorReason::taken);
        }
        take_from_holder(FloorVerdict::revoked, FloorReason::preempted);
    }
    holder_ = id;
    urgency_ = urgency;
    held_since_ = now;
    heard_at_ = now;
    return answer(*member, FloorVerdict::granted, FloorReason::none);
}

void FloorControl::release(Party id, std::uint16_t press) {
    Member* member = find(id);
    if (member == nullptr || (member->pressed && seq_distance(press, member->standing.press) < 0)) {
        return;
    }
    // A release may overtake its request, which then must not open the microphone.
    const bool known = member->pressed && press == member->standing.press;
    if (known && member->standing.verdict == FloorVerdict::idle) {
        return;
    }
    member->pressed = true;
    member->standing.press = press;
    if (holder_ == id) {
        take_from_holder(FloorVerdict::idle, FloorReason::none);
        return;
    }
    answer(*member, FloorVerdict::idle, FloorReason::none);
}

bool FloorControl::open_line(Party id) {
    const Member* opener = find(id);
    if (opener == nullptr || opener->rank == FloorRank::crew) {
        return false;
    }
    if (partner_ == id) {
        return true;
    }
    if (partner_ && opener->rank <= find(*partner_)->rank) {
        return false;
    }
    const Member* speaker = holder_ ? find(*holder_) : nullptr;
    if (speaker != nullptr && speaker->id != id && speaker->rank != FloorRank::crew) {
        if (opener->rank <= speaker->rank) {
            return false;
        }
        take_from_holder(FloorVerdict::revoked, FloorReason::preempted);
    }
    // Who goes on speaking keeps the verdict until the key is released.
    holder_.reset();
    urgency_ = Urgency::normal;
    partner_ = id;
    ++changes_;
    return true;
}

void FloorControl::close_line(Party id) {
    const Member* member = find(id);
    if (!partner_ || member == nullptr || (partner_ != id && member->rank != FloorRank::crew)) {
        return;
    }
    partner_.reset();
    // Nobody goes on being heard without a press of his own.
    for (Member& one : parties_) {
        if (one.standing.verdict == FloorVerdict::granted) {
            answer(one, FloorVerdict::idle, FloorReason::none);
        }
    }
    ++changes_;
}

void FloorControl::heard(Party id, Ticks now) {
    if (holder_ == id) {
        heard_at_ = now;
    }
}

void FloorControl::tick(Ticks now) {
    if (!holder_) {
        return;
    }
    if (now - held_since_ > limits_.talk_most) {
        take_from_holder(FloorVerdict::revoked, FloorReason::timed_out);
    } else if (now - heard_at_ > limits_.silence_most) {
        take_from_holder(FloorVerdict::revoked, FloorReason::silent);
    }
}

FloorStanding FloorControl::standing(Party id) const {
    const Member* member = find(id);
    return member != nullptr
               ? member->standing
               : FloorStanding{FloorVerdict::denied, FloorReason::not_entitled, 0};
}

bool FloorControl::is_heard(Party from) const {
    const Member* member = find(from);
    if (member == nullptr) {
        return false;
    }
    return partner_ ? member->rank == FloorRank::crew || partner_ == from : holder_ == from;
}

bool FloorControl::hears(Party from, Party to) const {
    const Member* listener = find(to);
    if (listener == nullptr || from == to || !is_heard(from)) {
        return false;
    }
    // One stream to each ear, since nothing is mixed: on an open line other consoles hear the crew.
    return partner_ != from || listener->rank == FloorRank::crew;
}

milliseconds FloorControl::left(Ticks now) const {
    if (!holder_) {
        return milliseconds{0};
    }
    const auto held = std::chrono::duration_cast<milliseconds>(now - held_since_);
    return std::max(milliseconds{0}, limits_.talk_most - held);
}

} // namespace ems::video

#include "vehicle/agent/link_budget.h"

#include <algorithm>

namespace ems::vehicle {
namespace {

using Seconds = std::chrono::duration<double>;

constexpr double kBurstForS = 0.1; // of the link's time: what a live record may meet
constexpr double kBurstBytesMin = 2'048;
constexpr double kBurstBytesMost = 65'536;
constexpr std::size_t kBurstMessagesMin = 2; // fewer have no spread
constexpr double kMessageBytesMin = 1'024;
constexpr double kMessageBytesMost = 32'768; // kBackfillBytesMax
constexpr double kFade = 0.6;
constexpr double kRiseMost = 2;
constexpr double kSpreadMinS = 0.001;
constexpr double kLateS = 0.3; // over what the same took at its best
constexpr double kBackOff = 0.7;
constexpr std::chrono::seconds kBackOffEvery{1};
constexpr std::chrono::seconds kGiveUpAfter{30};
constexpr std::chrono::seconds kFloorFor{60};
// However slow the link seems: the backlog keeps half of it, two small messages in a second.
constexpr double kLinkLeast = 4'000;          // bytes/s
constexpr std::chrono::seconds kBurstFelt{5}; // by heartbeats, after it was sent

} // namespace

double LinkBudget::Floor::note(double value, Ticks now) {
    if (recent_ < 0 || now - turned_ >= kFloorFor) {
        before_ = recent_;
        recent_ = value;
        turned_ = now;
    }
    recent_ = std::min(recent_, value);
    return before_ < 0 ? recent_ : std::min(recent_, before_);
}

void LinkBudget::link_up(Ticks now) {
    // As slow as the least budget allows for: the first bursts cost a slow link little.
    carried_bytes_ = limits_.least / limits_.share * kBurstForS;
    carried_s_ = kBurstForS;
    allowed_bytes_ = 0;
    allowed_at_ = now;
    burst_open_ = false;
    burst_bytes_ = 0;
    burst_messages_ = 0;
    under_way_.clear();
    ignored_receipts_ = 0;
    ignored_any_ = false;
    receipts_ = 0;
    first_delay_s_.clear();
    beat_delay_s_.clear();
    backed_off_at_ = now;
    burst_sent_at_.reset();
}

double LinkBudget::bytes_per_s() const {
    const double link = link_bytes_per_s();
    const double least = std::min(limits_.least, link / 2);
    return std::min(std::max(limits_.share * link, least), limits_.most);
}

double LinkBudget::burst_bytes_max() const {
    return std::clamp(link_bytes_per_s() * kBurstForS, kBurstBytesMin, kBurstBytesMost);
}

std::size_t LinkBudget::message_bytes_max() const {
    return static_cast<std::size_t>(
        std::clamp(burst_bytes_max() / 4, kMessageBytesMin, kMessageBytesMost));
}

bool LinkBudget::may_send(Ticks now) {
    const double rate = bytes_per_s();
    allowed_bytes_ =
        std::min(allowed_bytes_ + Seconds{now - allowed_at_}.count() * rate, 2 * burst_bytes_max());
    allowed_at_ = now;
    if (burst_open_) {
        return burst_bytes_ < burst_bytes_max() || burst_messages_ < kBurstMessagesMin;
    }
    if (!under_way_.empty()) {
        if (now - burst_at_ < kGiveUpAfter) {
            return false;
        }
        // Whatever became of the receipts: the link is as good as unknown again, and lives.
        // Those that are missing behind ignored ones are of messages whose receipts were ignored in
        // the stead of receipts that never came: counted on, they would take every later burst's.
        ignored_receipts_ = ignored_any_ ? 0 : ignored_receipts_ + under_way_.size();
        ignored_any_ = false;
        under_way_.clear();
        carried_bytes_ = limits_.least / limits_.share * kBurstForS;
        carried_s_ = kBurstForS;
    }
    if (allowed_bytes_ <= 0) {
        return false;
    }
    burst_open_ = true;
    burst_bytes_ = 0;
    burst_messages_ = 0;
    spread_bytes_ = 0;
    receipts_ = 0;
    burst_at_ = now;
    return true;
}

void LinkBudget::sent(std::size_t bytes, Receipt receipt, Ticks now) {
    allowed_bytes_ -= static_cast<double>(bytes);
    burst_bytes_ += static_cast<double>(bytes);
    ++burst_messages_;
    if (burst_open_) {
        burst_sent_at_ = now;
    }
    if (receipt == Receipt::expected) {
        under_way_.push_back({bytes, burst_open_ ? Part::burst : Part::beyond});
        burst_at_ = under_way_.size() == 1 ? now : burst_at_;
    }
}

void LinkBudget::end_burst() {
    burst_open_ = false;
}

void LinkBudget::received(Ticks now) {
    if (ignored_receipts_ > 0) {
        --ignored_receipts_;
        ignored_any_ = true;
        return;
    }
    if (under_way_.empty()) {
        return; // of a message that was never counted
    }
    const Message message = under_way_.front();
    under_way_.pop_front();
    ignored_any_ = ignored_any_ && !under_way_.empty();
    if (message.part == Part::beyond) {
        return;
    }
    if (++receipts_ == 1) {
        first_receipt_ = now;
        const double delay = Seconds{now - burst_at_}.count();
        if (delay > 1.5 * first_delay_s_.note(delay, now) + kLateS) {
            back_off(kBackOff);
        }
    } else {
        spread_bytes_ += static_cast<double>(message.bytes);
    }
    if (under_way_.empty() || under_way_.front().part == Part::beyond) {
        measure(now);
    }
}

void LinkBudget::measure(Ticks last_receipt) {
    if (receipts_ < kBurstMessagesMin) {
        return;
    }
    const double before = link_bytes_per_s();
    const double seconds = std::max(Seconds{last_receipt - first_receipt_}.count(), kSpreadMinS);
    carried_bytes_ = carried_bytes_ * kFade + spread_bytes_;
    carried_s_ = carried_s_ * kFade + seconds;
    carried_s_ = std::max(carried_s_, carried_bytes_ / (before * kRiseMost));
    carried_s_ = std::min(carried_s_, carried_bytes_ / kLinkLeast);
}

void LinkBudget::back_off(double by) {
    carried_s_ = std::min(carried_s_ / by, carried_bytes_ / kLinkLeast);
}

void LinkBudget::beat_delay(std::chrono::microseconds delay, Ticks now) {
    const double seconds = Seconds{delay}.count();
    const double least = beat_delay_s_.note(seconds, now);
    // Without a burst the backlog is not what makes them late, but others on the link.
    if (!burst_sent_at_ || now - *burst_sent_at_ > kBurstFelt) {
        return;
    }
    if (seconds > 1.5 * least + kLateS && now - backed_off_at_ >= kBackOffEvery) {
        backed_off_at_ = now;
        back_off(kBackOff);
    }
}

} // namespace ems::vehicle

// How much of the uplink the backlog may take, measured from the link itself.
//
// The backlog goes in bursts: a few messages handed over at once, at most kBurstFor of the link and
// 64 KiB, then nothing until the broker has receipted all of them. The time between the first and
// the last receipt tells what the link carries, whatever its round trip is (packet-train
// dispersion); a link that stalls or grows slow is therefore never given more than one burst. Of
// the rate so measured the backlog takes `share`, but at least `least` bytes/s (telemetry.md 5.5:
// 30 %, 8 kB/s), where that is no more than half of the link; and never more than `most`.
//
// The estimate falls with the first slow burst, and when heartbeats take longer to be receipted
// than they did, up to 5 s after a burst, or the first receipt of a burst comes late: something
// else fills the link. Receipts are the broker's: what the centre does with a record, and how long
// its database takes for it, says nothing here. It never falls below 4 kB/s: only a burst can raise
// it again. It rises by at most twice from burst to burst: larger bursts are the probes. Pure: time
// is handed in. One thread.
#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <optional>

#include "telemetry/base/clock.h"

namespace ems::vehicle {

class LinkBudget {
  public:
    struct Limits {
        double share{0.3};
        double least{8'000}; // bytes/s
        double most{1'048'576};
    };
    enum class Receipt { expected, none };

    explicit LinkBudget(Limits limits) : limits_(limits) {}

    // Nothing is under way and nothing is known of the link.
    void link_up(Ticks now);
    // Another message may be handed over now, as part of the open burst or opening one.
    bool may_send(Ticks now);
    // Of that message; a single record may be larger.
    [[nodiscard]] std::size_t message_bytes_max() const;
    // Outside a burst: it counts against the budget and measures nothing.
    void sent(std::size_t bytes, Receipt receipt, Ticks now);
    // The caller has no more to send for now, or may_send() said no.
    void end_burst();
    // The broker has the lowest message sent with a receipt expected.
    void received(Ticks now);
    // From handing a heartbeat over, which goes in the live lane, to the broker's receipt.
    void beat_delay(std::chrono::microseconds delay, Ticks now);

    [[nodiscard]] double link_bytes_per_s() const { return carried_bytes_ / carried_s_; }
    [[nodiscard]] double bytes_per_s() const; // the budget

  private:
    // The least value of the last minute or two.
    class Floor {
      public:
        double note(double value, Ticks now);
        void clear() { *this = {}; }

      private:
        double recent_{-1};
        double before_{-1};
        Ticks turned_{};
    };
    enum class Part { burst, beyond };
    struct Message {
        std::size_t bytes{0};
        Part part{Part::burst};
    };
    [[nodiscard]] double burst_bytes_max() const;
    void measure(Ticks last_receipt);
    void back_off(double by);

    const Limits limits_;
    // Of the last bursts, older ones fading: bytes, and the seconds they took.
    double carried_bytes_{1};
    double carried_s_{1};
    double allowed_bytes_{0};
    Ticks allowed_at_{};

    bool burst_open_{false};
    double burst_bytes_{0};
    std::size_t burst_messages_{0};
    std::deque<Message> under_way_;   // without a receipt
    std::size_t ignored_receipts_{0}; // of bursts given up
    bool ignored_any_{false};         // since a burst was complete or given up
    double spread_bytes_{0};          // receipted after the first receipt of the burst
    std::size_t receipts_{0};
    Ticks burst_at_{};
    std::optional<Ticks> burst_sent_at_; // its last message
    Ticks first_receipt_{};
    Floor first_delay_s_;
    Floor beat_delay_s_;
    Ticks backed_off_at_{};
};

} // namespace ems::vehicle

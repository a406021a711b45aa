// What leaves the vehicle, when, and what leaves it again. Two lanes: live() sends what has just
// been stored, at once; tick() sends behind it, on a budget measured from the link (LinkBudget),
// what the centre has not acknowledged: first A, then G, V, then W of the present case, of other
// cases, of none; each the lowest first.
//
// Live records are never held back by old ones, and go A, G, V, W where several are stored at once.
// Where the link is narrower than they are, W, then V wait in the spool (LiveGate). A position is
// live only while it is younger than kLiveFixAge by the vehicle's clock: an older one goes with the
// backlog, whatever the link did.
// The window of kInFlightMax per stream bounds the second lane only, so a centre that stores
// nothing (its database is down) still shows the newest position. What is unacknowledged for
// kResendFirst is sent again, then after twice as long, up to kResendMost; the link is never closed
// for it. A record in flight keeps its place in the window however often it is sent: without
// acknowledgements no record enters the second lane beyond it.
//
// Events do not wait for the budget: where it lets none pass for kEventsWaitMost, one message of
// them goes beyond it. They never share a message with other streams: at the centre they must not
// wait behind waves. One that this link has not carried yet goes on u/evt alone, so that alarms of
// an outage reach the screens, too; but only in rising order, because a reader there takes the last
// one for the present state. Any other goes in a u/bf of events. Pure but for the Wire; one thread.
#pragma once

#include <array>
#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "telemetry/base/clock.h"
#include "telemetry/wire/topics.h"
#include "vehicle/agent/link_budget.h"
#include "vehicle/agent/live_gate.h"
#include "vehicle/spool/unacked_records.h"

namespace ems::vehicle {

class UplinkWire {
  public:
    virtual ~UplinkWire() = default;
    // False: not handed over; the record stays in the spool and is tried again.
    virtual bool send(wire::UpKind kind, std::string payload) = 0;
};

class Uplink {
  public:
    struct Counters {
        std::uint64_t live{0};
        std::uint64_t backfilled{0};
        std::uint64_t resent{0};
        std::uint64_t kept_back{0}; // live waves and vitals that the link had no room for
    };
    // `spool` and `wire` outlive the uplink.
    Uplink(UnackedRecords& spool, UplinkWire& wire, LinkBudget::Limits limits)
        : spool_(spool), wire_(wire), budget_(limits) {}

    // After the birth was sent: unacknowledged events first, then the newest position if it is
    // young enough to be live; the rest follows by tick(). `device`: the clock of the records.
    void link_up(Ticks now, DeviceTime device);
    void link_down();
    // The centre's archive is behind: until then, or the end of the link, waves stay in the spool;
    // live ones go nevertheless while somebody watches.
    void hold_waves(Ticks until) { waves_held_until_ = until; }
    void watched(Ticks until) { watched_until_ = until; }
    // `heard_until`: receipts that came later than that have not been handed in yet, so the link is
    // judged as of then. It is earlier than `now` by what the disk was waited for.
    void live(const std::vector<Record>& records, Ticks now, DeviceTime device, Ticks heard_until);
    void live(const std::vector<Record>& records, Ticks now, DeviceTime device) {
        live(records, now, device, now);
    }
    // After the commit that took the records out of the spool.
    void acknowledged(const wire::Ack& ack);
    // The broker has the lowest message of that kind of this link without a receipt. Not an
    // acknowledgement: it releases nothing, and measures the link. Acknowledgements do not: a
    // centre that commits slowly is no slow link.
    void received(wire::UpKind kind, Ticks at);
    void backfill_received(Ticks at) { received(wire::UpKind::bf, at); }
    // Something else than records was handed over to the same link.
    void other_sent(wire::UpKind kind, std::size_t bytes, Ticks now) {
        gate_.sent(kind, bytes, now);
    }
    // Every kUplinkTick.
    void tick(Ticks now);

    // How long the oldest message without a receipt has been under way (live_gate.h).
    [[nodiscard]] std::chrono::milliseconds waiting(Ticks now) const { return gate_.waiting(now); }
    [[nodiscard]] const Counters& counters() const { return counters_; }
    [[nodiscard]] const LinkBudget& budget() const { return budget_; }
    [[nodiscard]] std::size_t in_flight(wire::Stream stream) const {
        return flights_.at(stream_index(stream)).size();
    }

  private:
    struct Flight {
        Ticks sent{};
        std::chrono::milliseconds patience{};
    };
    using Key = std::pair<std::uint64_t, std::uint64_t>; // spool, seq

    bool hand_over(wire::UpKind kind, std::string payload, Ticks now);
    bool may_go_live(const Record& record, Ticks now, DeviceTime device, Ticks heard_until);
    void note_sent(const Record& record, Ticks now);
    // Of the backlog, bounded as one u/bf.
    struct Batch {
        std::size_t bytes_max{0};
        std::vector<Record> records{};
        std::size_t bytes{0};
        // False: full, the record was not added.
        bool add(Record record);
    };
    // Appended to `batch`: what is in flight and overdue, then, where the window has room, what was
    // not sent yet.
    void collect(wire::Stream stream, Ticks now, Batch& batch);
    bool add_overdue(wire::Stream stream, Ticks now, Batch& batch);
    // These two: false when the wire did not take it.
    bool send_events(const Batch& batch, Ticks now);
    bool send_backfill(const Batch& batch, Ticks now);
    void note_told(const Record& event);
    // False: nothing was sent.
    bool send_next(Ticks now);
    void send_waiting_events(Ticks now);

    UnackedRecords& spool_;
    UplinkWire& wire_;
    LinkBudget budget_;
    LiveGate gate_;
    bool up_{false};
    std::array<std::map<Key, Flight>, kStreams> flights_;
    Ticks waves_held_until_{};
    Ticks watched_until_{};
    std::map<std::uint64_t, std::uint64_t> told_; // newest event on u/evt of this link, by spool
    std::optional<Ticks> events_sent_at_;         // from the backlog, on this link
    Counters counters_;
};

} // namespace ems::vehicle

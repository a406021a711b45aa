// Inside of pure_sim: time, chance, what was written and what is stored. Not for others.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <queue>
#include <string>
#include <utility>
#include <vector>

#include "telemetry/base/clock.h"
#include "telemetry/ingest/record.h"
#include "telemetry/wire/ems.pb.h"
#include "telemetry/wire/topics.h"
#include "tests/soak/pure_sim.h"
#include "tests/soak/splitmix.h"

namespace ems::soak {

enum class Kind : std::uint8_t {
    make,
    group_commit,
    uplink_tick,
    beat,
    link_lost,
    link_back,
    link_noticed,
    vehicle_crash,
    quota_drop,
    receipt,
    up,
    down,
    flush,
    committed,
    acks,
    server_crash,
    database_away,
    database_back,
    terminal,
    healed,
};

struct Happening {
    std::int64_t at_ms{0};
    std::uint64_t order{0}; // of being scheduled: equal times keep it
    Kind kind{Kind::make};
    std::size_t who{0};          // vehicle, or lane of the server
    std::uint64_t generation{0}; // of the process it belongs to; a later one ignores it
    wire::UpKind topic{wire::UpKind::hb};
    std::string payload{};
};

// One stream of one spool, as its vehicle wrote it and as the database has it. Index: seq - 1.
struct StreamTruth {
    std::vector<std::uint64_t> written;    // hash of the content; 0: not written
    std::vector<std::uint8_t> given_up;    // a gap names it
    std::vector<std::uint8_t> rows;        // in the database
    std::vector<std::uint8_t> passed_over; // the order of events went on without it
    std::uint64_t events_in_order{0};      // highest seq of the inbox
    mutable std::uint64_t checked{0};      // acknowledged up to here and found settled
    // Covered by what an acknowledgement may say.
    [[nodiscard]] bool settled(std::uint64_t seq) const {
        return seq >= 1 && seq <= written.size() && (rows[seq - 1] != 0 || given_up[seq - 1] != 0);
    }
};

class SimWorld {
  public:
    SimWorld(std::uint64_t seed, Bug own_bug)
        : dials(draw_dials(seed)), bug(own_bug), random(seed) {}

    void schedule(std::int64_t delay_ms, Happening what);
    // Earliest first; false when nothing is left.
    bool next(Happening& out);
    // Milliseconds until something that happens once in `every_s` on average happens again.
    std::int64_t wait_ms(std::int64_t every_s);
    [[nodiscard]] Ticks ticks() const { return Ticks{std::chrono::milliseconds{now_ms}}; }
    [[nodiscard]] std::int64_t utc_us() const { return 1'800'000'000'000'000 + now_ms * 1'000; }
    void violate(const std::string& sentence);
    void note(std::uint64_t what);

    StreamTruth& truth(std::size_t vehicle, ingest::Stream stream) {
        return truths[vehicle][ingest::index_of(stream)];
    }

    Dials dials;
    const Bug bug;
    SplitMix random;
    std::int64_t now_ms{1'000};
    bool healed{false};
    std::vector<std::array<StreamTruth, 4>> truths;
    SimOutcome outcome;

  private:
    struct Later {
        bool operator()(const Happening& a, const Happening& b) const {
            return a.at_ms != b.at_ms ? a.at_ms > b.at_ms : a.order > b.order;
        }
    };
    std::vector<Happening> heap_;
    std::uint64_t scheduled_{0};
};

std::uint64_t content_hash(const wire::Envelope& envelope);

} // namespace ems::soak

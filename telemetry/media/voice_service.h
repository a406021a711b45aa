// The intercom of ems-mediad beside its cameras: sessions for vehicles that say they have a voice
// unit, consoles' grants, recordings and their rows. The service (service.h) owns the socket, the
// broker and the database's connection and calls this on its one thread.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "telemetry/base/clock.h"
#include "telemetry/base/result.h"
#include "telemetry/media/grant_watch.h"
#include "telemetry/media/session_plan.h"
#include "telemetry/media/voice_hub.h"
#include "telemetry/media/voice_recorder.h"
#include "telemetry/media/voice_store.h"
#include "telemetry/pg/connection.h"
#include "telemetry/seal/data_key.h"
#include "telemetry/wire/ems.pb.h"

namespace ems::media {

struct VoiceServiceOptions {
    std::string server; // our CN
    std::string host;   // told to vehicles and consoles
    std::uint16_t port{0};
    SessionPlanLimits plan;
    std::string record_dir; // empty: nothing is recorded
};

// What a vehicle's heartbeat says of its voice unit; a birth does not tell.
enum class HasVoice { unknown, no, yes };

class VoiceService {
  public:
    template <class T> using Async = boost::asio::awaitable<Result<T>>;
    struct Offer {
        std::string vid;
        wire::MediaSession session;
    };

    // Both outlive this object: grants do not wait behind rows.
    VoiceService(VoiceServiceOptions options, const seal::DataKey& key, pg::Connection& grants_db,
                 pg::Connection& rows_db);

    [[nodiscard]] VoiceHub& hub() { return hub_; }
    [[nodiscard]] const VoiceHub& hub() const { return hub_; }

    // A birth or heartbeat of a vehicle of our registry came.
    void heard(const std::string& vid, std::uint64_t birth_counter, HasVoice has_voice, Ticks now);
    // Sessions to be sent now; each is open when this returns.
    std::vector<Offer> make_sessions(const std::set<std::string>& vids, Ticks now, ServerTime utc);
    void expire(ServerTime now) { hub_.expire(now); }
    // Speech that did not come over the intercom; recorded with the rest.
    void record(SpokenPacket packet);
    // Every 200 ms or so: takes what the recorder wrote. The bytes of files that were closed since.
    std::int64_t poll();
    // Closes the files; poll() then tells of them.
    void end();
    [[nodiscard]] bool all_saved() const { return pending_.empty(); }

    Async<void> close_leftovers() { return store_.close_leftovers(); }
    Async<void> load_grants();
    // At most 32 rows a turn; what the database will refuse again is dropped and counted.
    Async<void> save_pending();

    [[nodiscard]] std::uint64_t rows_dropped() const { return rows_dropped_; }
    [[nodiscard]] std::uint64_t packets_unrecorded() const;

  private:
    Async<void> open_grant(VoiceGrantRow row);
    void record(const VoiceHub::Speech& speech);

    const VoiceServiceOptions options_;
    const seal::DataKey key_;
    std::unique_ptr<VoiceRecorder> recorder_; // null: nothing is recorded
    VoiceHub hub_;
    SessionPlan plan_; // a vehicle has one line, as it were one camera
    VoiceStore grants_store_;
    VoiceStore store_; // of rows
    GrantWatch grants_;
    std::map<std::string, VoiceFile> pending_; // by path
    std::uint64_t rows_dropped_{0};
};

} // namespace ems::media

// What the intercom of ems-mediad reads and writes in PostgreSQL (migration 0055). Thin statements on
// one connection; errors are those of telemetry/pg. On the connection's executor.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "telemetry/base/result.h"
#include "telemetry/media/served_incident.h"
#include "telemetry/media/voice_hub.h"
#include "telemetry/media/voice_recorder.h"
#include "telemetry/pg/connection.h"
#include "telemetry/video/voice_grants.h"

namespace ems::media {

struct VoiceGrantRow {
    VoiceParty party; // without keys and generation
    video::SealedVoiceKeys sealed;
};

class VoiceStore {
  public:
    template <class T> using Async = boost::asio::awaitable<Result<T>>;

    // `server` is our CN. The connection outlives this object.
    VoiceStore(pg::Connection& db, std::string server) : db_(db), server_(std::move(server)) {}

    // Once per process: what a former process of ours left open ended with it.
    Async<void> close_leftovers();
    // Those of this server that are neither revoked nor over, the newest 1024.
    Async<std::vector<VoiceGrantRow>> live_grants();
    // Of a file that is not closed: whether its vehicle serves another incident by now.
    Async<Serves> save_file(VoiceFile file);

  private:
    pg::Connection& db_;
    const std::string server_;
};

} // namespace ems::media

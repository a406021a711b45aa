// Answers the console's request `replay`: a page of what a vehicle sent in the past. Reads over two database sessions of
// its own, with limits of its own, so that no order, no log-in and no write waits for the archive; when it is away or too
// slow the answer is replay_away. Who looked at what is in the audit before the page leaves. One thread.
#pragma once

#include <deque>
#include <string>

#include <boost/asio/any_io_executor.hpp>

#include "dispatch/service/verbs.h"
#include "telemetry/pg/pool.h"
#include "telemetry/replay/case_parts.h"
#include "telemetry/replay/replay.h"

namespace ems::dispatch {

class Replays {
  public:
    Replays(boost::asio::any_io_executor executor, pg::Options session, VerbsContext context);

    // The caller has checked the user's right. Errors: invalid_argument, not_found, replay_away, and what the audit gives.
    Task<api::ServerFrame> run(User user, api::Replay request);

  private:
    // What is to be read, and for which case (unset: none is named).
    struct Target {
        replay::Query query;
        IncidentId incident;
    };
    Task<api::ServerFrame> parts(IncidentId incident);
    Task<Target> target(const api::Replay& request);
    Task<void> audit(const User& user, const Target& target);

    VerbsContext c_;
    pg::Pool pool_;
    std::deque<std::string> audited_;   // newest last, bounded: further pages of the same reading are not audited again
};

} // namespace ems::dispatch

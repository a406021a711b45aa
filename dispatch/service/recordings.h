// Answers what a console asks about recordings: which there are of a case, their parts, which cameras send now, and which
// cases there were. Reads over two database sessions of its own and one thread for the files, so that no order waits for a
// disk. The reading of each file is in the audit before its first part leaves. One thread.
#pragma once

#include <deque>
#include <string>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/thread_pool.hpp>

#include "dispatch/service/verbs.h"
#include "dispatch/store/recordings.h"
#include "telemetry/pg/pool.h"

namespace ems::dispatch {

inline constexpr std::size_t kRecordingPartMax = 256 * 1024;
inline constexpr std::size_t kRecordingsMax = 5'000;
inline constexpr std::size_t kCamerasMax = 1'000;
inline constexpr std::size_t kCasesMax = 500;
inline constexpr std::int64_t kCaseDaysMax = 31;

class Recordings {
  public:
    // `dir`: record.dir of ems-mediad as seen from here; empty: files are not within reach.
    Recordings(boost::asio::any_io_executor executor, pg::Options session, std::string dir, VerbsContext context);
    ~Recordings();

    // Whether this class answers the frame.
    static bool answers(const api::ClientFrame& frame);
    // The caller has checked the user's right. Errors: invalid_argument, not_found, media (no files here), io, replay_away.
    Task<api::ServerFrame> run(User user, api::ClientFrame frame);

  private:
    Task<api::ServerFrame> cameras();
    Task<api::ServerFrame> list(IncidentId incident);
    Task<api::ServerFrame> read(User user, api::ReadRecording request);
    Task<api::ServerFrame> find(api::FindCases request);
    Task<void> audit(const User& user, const api::ReadRecording& request, const RecordedFile& file);

    VerbsContext c_;
    std::string dir_;
    pg::Pool pool_;
    std::deque<std::string> audited_; // newest last, bounded: further parts of the same reading are not audited again
    boost::asio::thread_pool disk_{1};
};

} // namespace ems::dispatch

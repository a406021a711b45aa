#include "dispatch/service/recordings.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>

#include "dispatch/service/messages.h"

namespace ems::dispatch {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kAuditedMax = 1'024;
constexpr std::size_t kIdMax = 64;
constexpr auto kStatementLimit = 1200ms;

pg::PoolOptions pool_options(pg::Options session) {
    session.statement_limit = kStatementLimit;
    return {.connection = std::move(session), .connections_max = 2, .waiters_max = 32, .wait_limit = 2000ms};
}

bool askers_fault(Code code) {
    return is_of_request(code) || code == Code::no_such_incident || code == Code::not_found || code == Code::media || code == Code::io;
}

Failure away(const Error& error) {
    return askers_fault(error.code) ? Failure{error} : fail(Code::replay_away, error.message());
}

struct Part {
    std::string data;
    std::int64_t total{0};
};

// Rows are written by another server: a path that would leave the folder is not followed.
bool stays_inside(const std::string& path) {
    return !path.empty() && path.front() != '/' && path.find("..") == std::string::npos &&
           path.find('\0') == std::string::npos;
}

class File {
  public:
    explicit File(const std::string& path) : fd_(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW)) {}
    ~File() {
        if (fd_ >= 0) {
            ::close(fd_);
        }
    }
    File(const File&) = delete;
    File& operator=(const File&) = delete;
    [[nodiscard]] int fd() const { return fd_; }

  private:
    int fd_;
};

Result<Part> read_part(const std::string& path, std::int64_t offset) {
    const File file{path};
    struct stat facts {};
    if (file.fd() < 0 || ::fstat(file.fd(), &facts) != 0 || !S_ISREG(facts.st_mode)) {
        return fail(Code::recording_gone);
    }
    Part out;
    out.total = facts.st_size;
    out.data.resize(kRecordingPartMax);
    std::size_t filled = 0;
    while (filled < out.data.size()) {
        const ssize_t count = ::pread(file.fd(), out.data.data() + filled, out.data.size() - filled,
                                      static_cast<off_t>(offset + static_cast<std::int64_t>(filled)));
        if (count < 0) {
            return fail(Code::io, "the recording's file cannot be read");
        }
        if (count == 0) {
            break;
        }
        filled += static_cast<std::size_t>(count);
    }
    out.data.resize(filled);
    return out;
}

boost::asio::awaitable<Result<Part>> read_on_disk(std::string path, std::int64_t offset) {
    co_return read_part(path, offset);
}

void fill(RecordingRow in, api::Recording& out) {
    out.set_kind(static_cast<api::Recording::Kind>(in.kind));
    out.set_id(std::move(in.id));
    out.set_unit_id(in.unit.value);
    out.set_vid(std::move(in.vid));
    out.set_camera(std::move(in.camera));
    out.set_first_us(in.first_us);
    out.set_last_us(in.last_us);
    out.set_bytes(static_cast<std::uint64_t>(std::max<std::int64_t>(in.bytes, 0)));
    out.set_closed(in.closed);
    out.set_by(std::move(in.by));
}

} // namespace

Recordings::Recordings(boost::asio::any_io_executor executor, pg::Options session, std::string dir, VerbsContext context)
    : c_(context), dir_(std::move(dir)), pool_(std::move(executor), pool_options(std::move(session))) {}

Recordings::~Recordings() {
    disk_.join();
}

bool Recordings::answers(const api::ClientFrame& frame) {
    return frame.has_get_cameras() || frame.has_get_recordings() || frame.has_read_recording() || frame.has_find_cases();
}

Task<api::ServerFrame> Recordings::run(User user, api::ClientFrame frame) {
    if (frame.has_get_cameras()) {
        co_return co_await cameras();
    }
    if (frame.has_get_recordings()) {
        const IncidentId incident{frame.get_recordings().incident_id()};
        co_return co_await list(incident);
    }
    if (frame.has_find_cases()) {
        co_return co_await find(frame.find_cases());
    }
    co_return co_await read(std::move(user), frame.read_recording());
}

Task<api::ServerFrame> Recordings::cameras() {
    auto lease = co_await pool_.acquire();
    if (!lease) {
        co_return away(lease.error());
    }
    auto rows = co_await live_cameras(**lease, kCamerasMax);
    if (!rows) {
        co_return away(rows.error());
    }
    api::ServerFrame reply;
    reply.mutable_cameras();
    for (CameraRow& row : *rows) {
        api::Camera& camera = *reply.mutable_cameras()->add_cameras();
        camera.set_unit_id(row.unit.value);
        camera.set_camera(std::move(row.camera));
    }
    co_return reply;
}

Task<api::ServerFrame> Recordings::list(IncidentId incident) {
    if (!incident.is_set()) {
        co_return fail(Code::no_such_incident);
    }
    auto lease = co_await pool_.acquire();
    if (!lease) {
        co_return away(lease.error());
    }
    auto rows = co_await recordings_of(**lease, incident, kRecordingsMax);
    if (!rows) {
        co_return away(rows.error());
    }
    api::ServerFrame reply;
    api::Recordings& out = *reply.mutable_recordings();
    out.set_incident_id(incident.value);
    out.set_readable(!dir_.empty());
    for (RecordingRow& row : *rows) {
        fill(std::move(row), *out.add_recordings());
    }
    co_return reply;
}

Task<api::ServerFrame> Recordings::read(User user, api::ReadRecording request) {
    const bool known_kind = request.kind() == api::Recording::VIDEO || request.kind() == api::Recording::VOICE ||
                            request.kind() == api::Recording::SNAPSHOT;
    constexpr std::uint64_t kOffsetMax = 1ULL << 40U;
    if (!known_kind || request.id().empty() || request.id().size() > kIdMax || request.offset() > kOffsetMax) {
        co_return fail(Code::choice_unknown, "kind, id and offset of a recording are needed");
    }
    if (dir_.empty() && request.kind() != api::Recording::SNAPSHOT) {
        co_return fail(Code::media, "recordings are not within this server's reach");
    }
    const auto offset = static_cast<std::int64_t>(request.offset());
    auto lease = co_await pool_.acquire();
    if (!lease) {
        co_return away(lease.error());
    }
    auto file = co_await recorded_file(**lease, static_cast<RecordingKind>(request.kind()), request.id(), offset,
                                       kRecordingPartMax);
    if (!file) {
        co_return away(file.error());
    }
    Part part{std::move(file->data), file->total};
    if (!file->path.empty()) {
        if (!stays_inside(file->path)) {
            co_return fail(Code::corrupt, "the path of a recording leaves its folder");
        }
        auto job = read_on_disk(dir_ + "/" + file->path, offset);
        auto got = co_await boost::asio::co_spawn(disk_, std::move(job), boost::asio::use_awaitable);
        if (!got) {
            co_return away(got.error());
        }
        part = std::move(*got);
    }
    auto noted = co_await audit(user, request, *file);
    if (!noted) {
        co_return Failure{noted.error()};
    }
    api::ServerFrame reply;
    reply.mutable_recording_part()->set_data(std::move(part.data));
    reply.mutable_recording_part()->set_offset(request.offset());
    reply.mutable_recording_part()->set_total(static_cast<std::uint64_t>(part.total));
    co_return reply;
}

// Each reading once: its further parts follow the first at once. A part that is asked for first is a reading of its own.
Task<void> Recordings::audit(const User& user, const api::ReadRecording& request, const RecordedFile& file) {
    AddAudit row{"read_recording", file.incident,
                 fmt::format("kind={} id={} vid={}", api::Recording::Kind_Name(request.kind()), request.id(), file.vid)};
    std::string reading = fmt::format("{} {}", user.id, row.detail);
    const bool known = std::find(audited_.begin(), audited_.end(), reading) != audited_.end();
    if (request.offset() != 0 && known) {
        co_return Result<void>{};
    }
    std::string actor = user.name;
    auto noted = co_await c_.store.audit(std::move(actor), std::move(row));
    if (!noted) {
        co_return Failure{noted.error()};
    }
    if (!known) {
        audited_.push_back(std::move(reading));
        if (audited_.size() > kAuditedMax) {
            audited_.pop_front();
        }
    }
    co_return Result<void>{};
}

Task<api::ServerFrame> Recordings::find(api::FindCases request) {
    constexpr std::int64_t kDayUs = 86'400'000'000;
    if (request.from_us() <= 0 || request.to_us() <= request.from_us() ||
        request.to_us() - request.from_us() > kCaseDaysMax * kDayUs) {
        co_return fail(Code::interval_needed, "at most 31 days");
    }
    auto lease = co_await pool_.acquire();
    if (!lease) {
        co_return away(lease.error());
    }
    auto rows = co_await cases_between(**lease, request.from_us(), request.to_us(), kCasesMax + 1);
    if (!rows) {
        co_return away(rows.error());
    }
    api::ServerFrame reply;
    api::Cases& out = *reply.mutable_cases();
    out.set_more(rows->size() > kCasesMax);
    for (std::size_t i = 0; i < std::min(rows->size(), kCasesMax); ++i) {
        *out.add_incidents() = to_message((*rows)[i]);
    }
    co_return reply;
}

} // namespace ems::dispatch

#include "vehicle/agent/backfill.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <filesystem>
#include <fstream>
#include <map>
#include <mutex>
#include <optional>
#include <random>
#include <thread>
#include <utility>

#include <fmt/format.h>

#include "telemetry/base/backoff.h"
#include "telemetry/base/clock.h"
#include "telemetry/base/log.h"
#include "telemetry/seal/random.h"
#include "vehicle/agent/https_put.h"
#include "vehicle/agent/upload_pace.h"

namespace ems::vehicle {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kLookInterval{2000};
constexpr std::chrono::minutes kOfferAgain{10};
constexpr BackoffLimits kRetry{milliseconds{2000}, milliseconds{60'000}};
constexpr std::size_t kRefusedMax = 4096;
constexpr unsigned kRecorded = 201;
constexpr unsigned kGoOn = 202;
constexpr unsigned kNothingLacks = 204;
constexpr unsigned kLater = 503;
constexpr unsigned kNoRoom = 507;

std::string read_file(const std::filesystem::path& path, std::uint64_t bytes) {
    std::string out(bytes, '\0');
    std::ifstream file{path, std::ios::binary};
    file.read(out.data(), static_cast<std::streamsize>(out.size()));
    return file.gcount() == static_cast<std::streamsize>(out.size()) ? out : std::string{};
}

class HttpsBackfill final : public Backfill {
  public:
    HttpsBackfill(RingShelf& shelf, BackfillOptions options)
        : shelf_(shelf), options_(std::move(options)), pace_({.most = options_.bytes_per_s_max}),
          thread_([this] { run(); }) {}
    ~HttpsBackfill() override;

    void server(const BackfillServer& server) override;
    void permit(BackfillPermit permit, std::chrono::microseconds ahead) override;
    [[nodiscard]] std::uint64_t files_sent() const override { return files_sent_; }

  private:
    enum class Outcome { done, refused, later };
    void run();
    // Until there is a permit, or `least` is over where there is one; false: the end.
    bool wait(milliseconds least);
    std::optional<RingFile> next_file();
    HttpsPut* connection();
    Outcome send(const RingFile& file);
    std::int64_t filed_us(const RingFile& file);
    Result<HttpsAnswer> put(const RingFile& file, const std::string& digest,
                            const std::string& range, std::string body);

    RingShelf& shelf_;
    const BackfillOptions options_;
    std::atomic<std::uint64_t> files_sent_{0};
    std::mutex mutex_; // guards the six below
    std::condition_variable changed_;
    bool stopping_{false};
    BackfillPermit permit_{BackfillPermit::wait};
    std::chrono::microseconds ahead_{0};
    BackfillServer server_;
    std::shared_ptr<HttpsPut> https_; // shared: the destructor cancels what the thread uses

    // Of the thread.
    UploadPace pace_;
    BackfillServer connected_to_;
    std::string begun_; // path of the file that goes out
    std::chrono::microseconds begun_ahead_{0};
    std::map<std::string, Ticks> refused_; // when by path
    std::thread thread_;                   // last
};

HttpsBackfill::~HttpsBackfill() {
    {
        const std::lock_guard lock{mutex_};
        stopping_ = true;
        if (https_) {
            https_->cancel();
        }
    }
    changed_.notify_all();
    thread_.join();
}

void HttpsBackfill::server(const BackfillServer& server) {
    const std::lock_guard lock{mutex_};
    server_ = server;
}

void HttpsBackfill::permit(BackfillPermit permit, std::chrono::microseconds ahead) {
    {
        const std::lock_guard lock{mutex_};
        permit_ = permit;
        ahead_ = ahead;
    }
    changed_.notify_all();
}

bool HttpsBackfill::wait(milliseconds least) {
    std::unique_lock lock{mutex_};
    changed_.wait_for(lock, least, [&] { return stopping_; });
    changed_.wait(
        lock, [&] { return stopping_ || (permit_ == BackfillPermit::go && server_.port != 0); });
    return !stopping_;
}

std::optional<RingFile> HttpsBackfill::next_file() {
    const Ticks now = SystemClock{}.ticks();
    std::erase_if(refused_, [&](const auto& entry) { return now - entry.second > kOfferAgain; });
    for (RingFile& file : shelf_.files()) {
        if (!refused_.contains(file.path)) {
            return std::move(file);
        }
    }
    return std::nullopt;
}

HttpsPut* HttpsBackfill::connection() {
    const std::lock_guard lock{mutex_};
    if (stopping_) {
        return nullptr;
    }
    if (!https_ || !(connected_to_ == server_)) {
        HttpsTarget target;
        target.host = server_.host;
        target.port = server_.port;
        target.name = server_.name;
        target.ca_file = options_.ca_file;
        target.certificate_file = options_.certificate_file;
        target.key_file = options_.key_file;
        https_ = std::make_shared<HttpsPut>(std::move(target));
        connected_to_ = server_;
        pace_.start_over();
    }
    return https_.get();
}

// The clock by which it is filed moves; a file that was begun keeps its name.
std::int64_t HttpsBackfill::filed_us(const RingFile& file) {
    if (begun_ != file.path) {
        const std::lock_guard lock{mutex_};
        begun_ = file.path;
        begun_ahead_ = ahead_;
    }
    return file.first_us + begun_ahead_.count();
}

Result<HttpsAnswer> HttpsBackfill::put(const RingFile& file, const std::string& digest,
                                       const std::string& range, std::string body) {
    HttpsPut* const https = connection();
    if (https == nullptr) {
        return fail(Code::cancelled);
    }
    const std::string path = fmt::format("/backfill/v1/{}/{}/{}-{}", options_.vid, file.camera,
                                         filed_us(file), file.length_ms);
    return https->put(path, {{"Ems-Sha256", digest}, {"Content-Range", range}}, std::move(body));
}

HttpsBackfill::Outcome HttpsBackfill::send(const RingFile& file) {
    const std::string bytes =
        read_file(std::filesystem::path{shelf_.dir()} / file.path, file.bytes);
    if (bytes.empty()) {
        return Outcome::refused;
    }
    const std::string digest = seal::sha256_hex(bytes);
    auto answer = put(file, digest, fmt::format("bytes */{}", bytes.size()), {});
    for (;;) {
        if (!answer) {
            EMS_LOG(info, "backfill", "no answer: {}", answer.error().message());
            return Outcome::later;
        }
        if (answer->status == kRecorded || answer->status == kNothingLacks) {
            EMS_LOG(info, "backfill", "file {} is at the centre status={}", file.path,
                    answer->status);
            return Outcome::done;
        }
        if (answer->status != kGoOn || !answer->offset || *answer->offset >= bytes.size()) {
            EMS_LOG(warn, "backfill", "file {} was not taken status={}", file.path, answer->status);
            return answer->status == kLater || answer->status == kNoRoom ? Outcome::later
                                                                         : Outcome::refused;
        }
        const std::uint64_t from = *answer->offset;
        const std::size_t size = std::min(pace_.range_bytes(), bytes.size() - from);
        const Ticks began = SystemClock{}.ticks();
        answer =
            put(file, digest, fmt::format("bytes {}-{}/{}", from, from + size - 1, bytes.size()),
                bytes.substr(from, size));
        const auto took = std::chrono::duration_cast<milliseconds>(SystemClock{}.ticks() - began);
        if (!wait(answer ? pace_.sent(size, took) : milliseconds{0})) {
            return Outcome::later;
        }
    }
}

void HttpsBackfill::run() {
    Backoff retry{kRetry, std::random_device{}()};
    milliseconds pause = kLookInterval;
    while (wait(pause)) {
        pause = kLookInterval;
        const auto file = next_file();
        if (!file) {
            continue;
        }
        switch (send(*file)) {
        case Outcome::done:
            shelf_.remove(*file);
            ++files_sent_;
            retry.reset();
            pause = milliseconds{0};
            break;
        case Outcome::refused:
            if (refused_.size() < kRefusedMax) {
                refused_[file->path] = SystemClock{}.ticks();
            }
            break;
        case Outcome::later:
            pause = retry.next();
            pace_.start_over();
            break;
        }
    }
}

} // namespace

std::unique_ptr<Backfill> make_backfill(RingShelf& shelf, BackfillOptions options) {
    return std::make_unique<HttpsBackfill>(shelf, std::move(options));
}

} // namespace ems::vehicle

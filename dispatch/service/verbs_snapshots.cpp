// Pictures taken out of live video into the record of a case.
#include "dispatch/service/verbs.h"

#include <algorithm>

#include "dispatch/store/recordings.h"
#include "telemetry/seal/random.h"

namespace ems::dispatch {
namespace {

constexpr std::size_t kCameraMax = 32;
constexpr std::uint32_t kSideMax = 8'192;
// A picture that was frozen is of minutes ago; a console's clock is that of the centre to within seconds.
constexpr std::int64_t kOldestUs = 24LL * 3600 * 1'000'000;
constexpr std::int64_t kAheadUs = 60LL * 1'000'000;

bool is_camera(const std::string& name) {
    return !name.empty() && name.size() <= kCameraMax && std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
    });
}

// Its first and last marker (ISO/IEC 10918-1 table B.1).
bool is_jpeg(const std::string& bytes) {
    return bytes.size() >= 4 && bytes.size() <= kJpegBytesMax && bytes.starts_with("\xff\xd8") &&
           bytes.ends_with("\xff\xd9");
}

} // namespace

Task<api::ServerFrame> Verbs::store_snapshot(const Call& call) {
    const api::StoreSnapshot& in = call.frame.store_snapshot();
    if (!is_camera(in.camera()) || !is_jpeg(in.jpeg())) {
        co_return fail(Code::picture_invalid, "camera, JPEG");
    }
    if (in.width() < 1 || in.width() > kSideMax || in.height() < 1 || in.height() > kSideMax) {
        co_return fail(Code::picture_invalid, "width, height");
    }
    if (in.taken_us() < now_us() - kOldestUs || in.taken_us() > now_us() + kAheadUs) {
        co_return fail(Code::picture_time_range);
    }
    SnapshotRow row{seal::uuid_text(),
                    {in.incident_id()},
                    {in.unit_id()},
                    in.camera(),
                    in.taken_us(),
                    static_cast<std::int32_t>(in.width()),
                    static_cast<std::int32_t>(in.height()),
                    in.jpeg()};
    api::ServerFrame reply;
    reply.mutable_snapshot_stored()->set_snapshot_id(row.id);
    StoreKey key{call.user.name, call.frame.idempotency_key(), call.request_hash, reply.SerializeAsString()};
    auto lease = co_await c_.pool.acquire();
    if (!lease) {
        co_return Failure{lease.error()};
    }
    auto added = co_await add_snapshot(**lease, call.term, std::move(key), std::move(row));
    if (!added && added.error().code == Code::term_stale) {
        co_return fail(Code::not_leader);
    }
    if (!added) {
        co_return Failure{added.error()};
    }
    co_return reply;
}

} // namespace ems::dispatch

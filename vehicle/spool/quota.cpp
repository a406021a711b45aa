#include "vehicle/spool/quota.h"

#include <algorithm>

#include "telemetry/base/log.h"
#include "vehicle/spool/disk_rows.h"
#include "vehicle/spool/thin_wave.h"

namespace ems::vehicle {
namespace {

constexpr std::uint64_t kReserveBytes = 256ULL << 20; // telemetry.md 5.5
constexpr std::size_t kDropMax = 4'096;
constexpr std::size_t kThinMax = 64;
constexpr std::size_t kEnvelopeBytes = 32; // about, beside the body

std::uint64_t excess(std::uint64_t wanted, std::uint64_t allowed) {
    return wanted > allowed ? wanted - allowed : 0;
}

class Plan {
  public:
    Plan(DiskStore& disk, const Stamp& stamp) : disk_(disk), stamp_(stamp) {}

    // Until `bytes` are freed in all.
    Result<void> drop(wire::Stream stream, Keep keep, std::uint64_t bytes) {
        if (freed_ >= bytes) {
            return {};
        }
        auto oldest = disk_.oldest(stream, keep, bytes - freed_, kDropMax);
        if (!oldest) {
            return Failure{std::move(oldest).error()};
        }
        for (const Run& run : oldest->runs) {
            close(run, "quota");
        }
        freed_ += oldest->bytes;
        return {};
    }

    Result<void> thin(std::uint64_t bytes) {
        if (freed_ >= bytes) {
            return {};
        }
        auto oldest = disk_.oldest(wire::STREAM_W, Keep::of_case, bytes - freed_, kThinMax);
        if (!oldest) {
            return Failure{std::move(oldest).error()};
        }
        freed_ += oldest->bytes;
        for (const Run& run : oldest->runs) {
            for (std::uint64_t seq = run.from; seq <= run.to; ++seq) {
                EMS_TRY(thin_one(seq));
            }
            close(run, "thinned");
        }
        return {};
    }

    [[nodiscard]] std::uint64_t freed() const { return freed_; }
    Drops take() { return std::move(drops_); }

  private:
    void close(const Run& run, std::string_view reason) {
        EMS_LOG(warn, "spool", "{} drops stream={} from={} to={}", reason,
                static_cast<int>(run.stream), run.from, run.to);
        drops_.records.push_back(gap_record(run.stream, run.from, run.to, reason, stamp_));
        drops_.runs.push_back(run);
    }

    // What stays is a record of its own: no number ever names two contents, and the whole one may
    // be under way to the centre at this moment.
    Result<void> thin_one(std::uint64_t seq) {
        auto whole = disk_.read_one(wire::STREAM_W, disk_.identity(), seq);
        if (!whole && whole.error().code != Code::corrupt) {
            return Failure{std::move(whole).error()};
        }
        wire::Envelope envelope;
        if (!whole || !*whole || !envelope.ParseFromString((*whole)->envelope)) {
            return {}; // damaged: there is nothing to keep of it
        }
        auto thinned = lead_two_only(envelope.body());
        NewRecord kept{.stream = wire::STREAM_W,
                       .t_us = envelope.t_us(),
                       .clk = envelope.clk(),
                       .keep = Keep::thinned,
                       .body = thinned ? std::move(*thinned) : envelope.body()};
        freed_ -= std::min<std::uint64_t>(freed_, row_bytes(kept.body.size() + kEnvelopeBytes));
        drops_.records.push_back(std::move(kept));
        return {};
    }

    DiskStore& disk_;
    const Stamp stamp_;
    Drops drops_;
    std::uint64_t freed_{0};
};

} // namespace

std::uint64_t Quota::reserve() const {
    return std::min(kReserveBytes, bytes / 4);
}

Result<Drops> drops_for(DiskStore& disk, const Quota& quota, std::uint64_t waves,
                        std::uint64_t others, const Stamp& stamp) {
    const std::uint64_t all = excess(disk.bytes() + waves + others, quota.bytes);
    const std::uint64_t of_waves =
        excess(disk.bytes(wire::STREAM_W) + waves, quota.bytes - quota.reserve());
    const std::uint64_t needed = std::max(all, of_waves);
    Plan plan{disk, stamp};
    if (needed == 0) {
        return plan.take();
    }
    // A sixteenth more than needed, so that drops (and their gap records) come seldom; but a worse
    // kind is never touched for more than is needed.
    EMS_TRY(plan.drop(wire::STREAM_W, Keep::ordinary, needed + quota.bytes / 16));
    if (plan.freed() < needed) {
        EMS_TRY(plan.thin(needed + quota.bytes / 64));
    }
    if (plan.freed() < needed) {
        EMS_TRY(plan.drop(wire::STREAM_W, Keep::thinned, needed + quota.bytes / 64));
    }
    for (const wire::Stream stream : {wire::STREAM_V, wire::STREAM_G}) {
        for (const Keep keep : {Keep::ordinary, Keep::of_case}) {
            // While there are waves, the next group thins and drops more of them.
            if (plan.freed() < all && disk.status(wire::STREAM_W).unacked == 0) {
                EMS_TRY(plan.drop(stream, keep, all + quota.bytes / 64));
            }
        }
    }
    return plan.take();
}

} // namespace ems::vehicle

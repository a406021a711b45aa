#include "dispatch/service/replays.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include <fmt/format.h>

namespace ems::dispatch {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kAuditedMax = 256;
// A page of a healthy archive takes some tens of milliseconds. Beyond this it is cut short; with the statements before and
// behind it the answer still comes within the 10 s that a console waits.
constexpr auto kPageTime = 2s;
constexpr auto kStatementLimit = 1200ms;

pg::PoolOptions pool_options(pg::Options session) {
    session.statement_limit = kStatementLimit;
    return {.connection = std::move(session), .connections_max = 2, .waiters_max = 16, .wait_limit = 2000ms};
}

Failure away(const Error& error) {
    switch (error.code) {
    case Code::invalid_argument: return fail(Code::interval_needed, error.detail);
    case Code::not_found: return fail(Code::no_such_assignment, error.detail);
    default: break;
    }
    // What is not of the request itself is the archive's trouble.
    return is_of_request(error.code) ? Failure{error} : fail(Code::replay_away, error.message());
}

replay::Cursor from_message(const api::ReplayCursor& in) {
    replay::Cursor out;
    out.last.t = {in.t_us()};
    out.last.spool = in.spool();
    out.last.seq = in.seq();
    out.end = {in.end_us()};
    out.recording = in.recording();
    out.next_sample = in.next_sample();
    out.next_pleth_sample = in.next_pleth_sample();
    out.lead_mask = in.lead_mask();
    return out;
}

void fill(const replay::Cursor& in, api::ReplayCursor& out) {
    out.set_t_us(in.last.t.us);
    out.set_spool(in.last.spool);
    out.set_seq(in.last.seq);
    out.set_end_us(in.end.us);
    out.set_recording(in.recording);
    out.set_next_sample(in.next_sample);
    out.set_next_pleth_sample(in.next_pleth_sample);
    out.set_lead_mask(in.lead_mask);
}

void fill(const replay::CasePart& in, api::ReplayPart& out) {
    out.set_assignment_id(in.assignment.value);
    out.set_unit_id(in.unit.value);
    out.set_vid(in.vid);
    out.set_from_us(in.from.us);
    out.set_to_us(in.to ? in.to->us : 0);
    out.set_archive(in.archive);
    out.set_owed(in.owed);
    out.set_not_kept(in.not_kept);
}

void fill(replay::WaveTrace& in, api::ReplayTrace& out) {
    out.set_lead(in.lead);
    out.set_recording(in.recording);
    out.set_rate_mhz(in.rate_mhz);
    out.set_gain_nv(in.gain_nv);
    out.set_simulated(in.simulated);
    out.set_joined(in.joined);
    out.set_t_us(in.t.us);
    out.set_first_bucket(in.first_bucket);
    out.mutable_least()->Add(in.least.begin(), in.least.end());
    out.mutable_most()->Add(in.most.begin(), in.most.end());
}

api::ReplayGap::Kind kind_of(replay::GapKind kind) {
    switch (kind) {
    case replay::GapKind::not_recorded: return api::ReplayGap::NOT_RECORDED;
    case replay::GapKind::not_kept: return api::ReplayGap::NOT_KEPT;
    case replay::GapKind::missing: return api::ReplayGap::MISSING;
    case replay::GapKind::unknown: return api::ReplayGap::UNKNOWN;
    }
    return api::ReplayGap::UNKNOWN;
}

template <class Message> Message& headed(const replay::RecordHead& head, Message& out) {
    out.set_t_us(head.t.us);
    out.set_received_us(head.received.us);
    out.set_corrected_us(head.corrected_us);
    return out;
}

Result<void> fill(replay::Page in, api::ReplayPage& out) {
    for (replay::PositionRecord& record : in.positions) {
        api::ReplayPosition& to = headed(record.head, *out.add_positions());
        *to.mutable_position() = std::move(record.position);
        to.set_implausible(!record.plausible);
    }
    for (replay::VitalsRecord& record : in.vitals) {
        *headed(record.head, *out.add_vitals()).mutable_vitals() = std::move(record.vitals);
    }
    for (const replay::EventRecord& record : in.events) {
        if (!headed(record.head, *out.add_events()).mutable_event()->ParseFromString(record.body)) {
            return fail(Code::corrupt, "stored event");
        }
    }
    for (replay::WaveRecord& record : in.batches) {
        *headed(record.head, *out.add_waves()).mutable_batch() = std::move(record.batch);
    }
    for (replay::WaveTrace& trace : in.traces) {
        fill(trace, *out.add_traces());
    }
    for (replay::Gap& gap : in.gaps) {
        api::ReplayGap& to = *out.add_gaps();
        to.set_from_us(gap.from.us);
        to.set_to_us(gap.to.us);
        to.set_kind(kind_of(gap.kind));
        to.set_reason(std::move(gap.reason));
        to.set_records(gap.records);
    }
    out.set_untimed(in.untimed);
    out.set_corrected(in.corrected);
    out.set_corrected_us(in.corrected_us);
    if (in.next) {
        fill(*in.next, *out.mutable_next());
    }
    return {};
}

} // namespace

Replays::Replays(boost::asio::any_io_executor executor, pg::Options session, VerbsContext context)
    : c_(context), pool_(std::move(executor), pool_options(std::move(session))) {}

Task<api::ServerFrame> Replays::run(User user, api::Replay request) {
    if (request.assignment_id() == 0 && request.unit_id() == 0) {
        const IncidentId incident{request.incident_id()};
        co_return co_await parts(incident);
    }
    auto aim = co_await target(request);
    if (!aim) {
        co_return away(aim.error());
    }
    auto lease = co_await pool_.acquire();
    if (!lease) {
        co_return away(lease.error());
    }
    const Ticks end = c_.clock.ticks() + kPageTime;
    std::function<bool()> enough = [this, end] { return c_.clock.ticks() >= end; };
    replay::Query query = aim->query;
    auto page = co_await replay::read_page(**lease, std::move(query), std::move(enough));
    if (!page) {
        co_return away(page.error());
    }
    auto noted = co_await audit(user, *aim);
    if (!noted) {
        co_return Failure{noted.error()};
    }
    api::ServerFrame reply;
    api::ReplayPage& out = *reply.mutable_replay_page();
    out.set_vid(aim->query.vid.str());
    out.set_stream(aim->query.stream);
    out.set_from_us(aim->query.from.us);
    out.set_to_us(aim->query.to.us);
    if (auto filled = fill(std::move(*page), out); !filled) {
        co_return away(filled.error());
    }
    co_return reply;
}

Task<api::ServerFrame> Replays::parts(IncidentId incident) {
    if (!incident.is_set()) {
        co_return fail(Code::interval_needed);
    }
    auto lease = co_await pool_.acquire();
    if (!lease) {
        co_return away(lease.error());
    }
    auto found = co_await replay::parts_of(**lease, incident);
    if (!found) {
        co_return away(found.error());
    }
    api::ServerFrame reply;
    reply.mutable_replay_page();
    for (const replay::CasePart& part : *found) {
        fill(part, *reply.mutable_replay_page()->add_parts());
    }
    co_return reply;
}

Task<Replays::Target> Replays::target(const api::Replay& request) {
    Target out;
    std::string vid;
    out.query.from = {request.from_us()};
    out.query.to = {request.to_us()};
    if (request.assignment_id() != 0) {
        auto lease = co_await pool_.acquire();
        if (!lease) {
            co_return Failure{lease.error()};
        }
        const AssignmentId assignment{request.assignment_id()};
        auto part = co_await replay::part_of(**lease, assignment);
        if (!part) {
            co_return Failure{part.error()};
        }
        out.incident = part->incident;
        vid = part->vid;
        if (request.from_us() == 0) {
            out.query.from = part->from;
        }
        if (request.to_us() == 0) {
            out.query.to = part->to.value_or(DeviceTime{c_.clock.utc_us()});
        }
    } else {
        const Track* track = c_.fleet != nullptr ? c_.fleet->by_unit({request.unit_id()}) : nullptr;
        vid = track != nullptr ? track->info.vid : std::string{};
    }
    auto parsed = VehicleId::parse(vid);
    if (!parsed) {
        co_return fail(Code::no_vehicle);
    }
    out.query.vid = std::move(*parsed);
    out.query.stream = request.stream();
    out.query.buckets = request.buckets();
    if (request.has_after()) {
        out.query.after = from_message(request.after());
    }
    co_return out;
}

// Each reading once: its further pages follow the first at once. A cursor that was not given here is a reading of its own.
Task<void> Replays::audit(const User& user, const Target& target) {
    const replay::Query& query = target.query;
    AddAudit row{"replay", target.incident,
                 fmt::format("vid={} stream={} from={} to={}", query.vid.str(), wire::Stream_Name(query.stream),
                             utc_iso(query.from.us), utc_iso(query.to.us))};
    std::string reading = fmt::format("{} {} {}", user.id, target.incident.value, row.detail);
    const bool known = std::find(audited_.begin(), audited_.end(), reading) != audited_.end();
    if (query.after && known) {
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

} // namespace ems::dispatch

#include "telemetry/ingest/ledger.h"

#include <algorithm>

#include "telemetry/base/assert.h"
#include "telemetry/ingest/limits.h"
#include "telemetry/wire/ems.pb.h"

namespace ems::ingest {
namespace {

SpoolKey spool_of(const RecordKey& key) {
    return {key.vid, key.spool};
}

} // namespace

Ledger::SpoolState* Ledger::find(const SpoolKey& key) {
    const auto found = spools_.find(key);
    return found == spools_.end() ? nullptr : &found->second;
}

const Ledger::SpoolState* Ledger::find(const SpoolKey& key) const {
    const auto found = spools_.find(key);
    return found == spools_.end() ? nullptr : &found->second;
}

Ledger::SpoolState* Ledger::open(const SpoolKey& key) {
    if (SpoolState* known = find(key)) {
        known->used = ++uses_;
        return known;
    }
    auto oldest = spools_.end();
    std::size_t count = 0;
    for (auto it = spools_.lower_bound({key.vid, 0});
         it != spools_.end() && it->first.vid == key.vid; ++it) {
        ++count;
        const bool idle = std::all_of(it->second.streams.begin(), it->second.streams.end(),
                                      [](const StreamState& s) { return s.pending.empty(); });
        if (idle && (oldest == spools_.end() || it->second.used < oldest->second.used)) {
            oldest = it;
        }
    }
    if (count >= kSpoolsPerVehicle) {
        if (oldest == spools_.end()) {
            return nullptr;
        }
        // Its marks stay in the database and its rows keep their key: a repeat is only recognised
        // later.
        wanting_.erase(oldest->first);
        spools_.erase(oldest);
    }
    SpoolState& made = spools_[key];
    made.used = ++uses_;
    return &made;
}

void Ledger::restore(const Mark& mark) {
    SpoolState* spool = open(spool_of(mark.key));
    if (spool == nullptr) {
        return;
    }
    StreamState& stream = spool->streams[index_of(mark.key.stream)];
    stream.done.merge(mark.done);
    const auto stored = static_cast<std::uint64_t>(std::max<std::int64_t>(mark.stored, 0));
    stream.tally.stored += stored;
    stream.tally.received += stored;
    stream.tally.rejected += static_cast<std::uint64_t>(std::max<std::int64_t>(mark.rejected, 0));
}

Seen Ledger::arrive(const RecordKey& key) {
    SpoolState* spool = open(spool_of(key));
    if (spool == nullptr) {
        return Seen::no_room;
    }
    StreamState& stream = spool->streams[index_of(key.stream)];
    if (stream.done.contains(key.seq)) {
        want_ack(spool_of(key));
        return Seen::done;
    }
    if (!stream.pending.insert(key.seq).second) {
        return Seen::pending;
    }
    ++stream.tally.received;
    return Seen::first;
}

void Ledger::forget(const RecordKey& key) {
    if (SpoolState* spool = find(spool_of(key))) {
        StreamState& stream = spool->streams[index_of(key.stream)];
        stream.tally.received -= stream.pending.erase(key.seq);
    }
}

Mark Ledger::mark_after(const std::vector<RecordKey>& keys) const {
    EMS_ASSERT(!keys.empty());
    Mark mark;
    mark.key = keys.front();
    const SpoolState* spool = find(spool_of(keys.front()));
    if (spool != nullptr) {
        mark.done = spool->streams[index_of(keys.front().stream)].done;
    }
    for (const RecordKey& key : keys) {
        EMS_ASSERT(spool_of(key) == spool_of(keys.front()));
        EMS_ASSERT(key.stream == keys.front().stream);
        mark.done.add(key.seq);
    }
    return mark;
}

void Ledger::settle(const RecordKey& key, Outcome outcome) {
    SpoolState* spool = find(spool_of(key));
    EMS_ASSERT(spool != nullptr); // a spool with pending records is never dropped
    StreamState& stream = spool->streams[index_of(key.stream)];
    stream.pending.erase(key.seq);
    stream.done.add(key.seq);
    switch (outcome) {
    case Outcome::inserted:
        ++stream.tally.stored;
        break;
    case Outcome::repeated:
        // Stored by a transaction whose answer was lost, or before the marks were known.
        break;
    case Outcome::rejected:
        ++stream.tally.rejected;
        if (stream.rejected_now.size() < kAckRejected) {
            stream.rejected_now.push_back(key.seq);
        }
        break;
    }
    want_ack(spool_of(key));
}

void Ledger::close(const SpoolKey& key, const GapSpan& gap) {
    if (SpoolState* spool = open(key)) {
        spool->streams[index_of(gap.stream)].done.add(SeqSpan{gap.from, gap.to});
        want_ack(key);
    }
}

void Ledger::close_below(const SpoolKey& key, Stream stream, std::uint64_t first_unacked) {
    SpoolState* spool = find(key);
    if (spool == nullptr || first_unacked < 2 || first_unacked - 1 > SeqSet::kSeqMax) {
        return;
    }
    SeqSet& done = spool->streams[index_of(stream)].done;
    if (done.upto() < first_unacked - 1) {
        done.add(SeqSpan{1, first_unacked - 1});
    }
}

void Ledger::want_ack(const SpoolKey& key) {
    if (SpoolState* spool = find(key)) {
        spool->ack_wanted = true;
        wanting_.insert(key);
    }
}

std::vector<SpoolKey> Ledger::acks_due(Ticks now) const {
    std::vector<SpoolKey> due;
    for (const SpoolKey& key : wanting_) {
        const SpoolState* spool = find(key);
        if (spool != nullptr && (!spool->ack_sent || now - *spool->ack_sent >= kAckEvery)) {
            due.push_back(key);
        }
    }
    return due;
}

wire::Ack Ledger::make_ack(const SpoolKey& key) const {
    wire::Ack ack;
    ack.set_spool(key.spool);
    const SpoolState* spool = find(key);
    EMS_ASSERT(spool != nullptr);
    for (const Stream stream : kStreams) {
        const StreamState& state = spool->streams[index_of(stream)];
        if (state.done.empty()) {
            continue;
        }
        wire::StreamAck& out = *ack.add_streams();
        out.set_stream(static_cast<wire::Stream>(stream));
        out.set_upto(state.done.upto());
        for (const SeqSpan& span : state.done.beyond(kAckRanges)) {
            wire::SeqRange& range = *out.add_ranges();
            range.set_from(span.from);
            range.set_to(span.to);
        }
        for (const std::uint64_t seq : state.rejected_now) {
            out.add_rejected(seq);
        }
    }
    return ack;
}

void Ledger::ack_sent(const SpoolKey& key, Ticks now) {
    if (SpoolState* spool = find(key)) {
        spool->ack_wanted = false;
        spool->ack_sent = now;
        for (StreamState& stream : spool->streams) {
            stream.rejected_now.clear();
        }
    }
    wanting_.erase(key);
}

std::uint64_t Ledger::first_open(const SpoolKey& key, Stream stream, std::uint64_t from) const {
    const SpoolState* spool = find(key);
    return spool == nullptr ? from : spool->streams[index_of(stream)].done.first_missing(from);
}

std::size_t Ledger::pending_count(const VehicleId& vid, Stream stream) const {
    std::size_t count = 0;
    for (auto it = spools_.lower_bound({vid, 0}); it != spools_.end() && it->first.vid == vid; ++it) {
        count += it->second.streams[index_of(stream)].pending.size();
    }
    return count;
}

StreamTally Ledger::tally(const SpoolKey& key, Stream stream) const {
    const SpoolState* spool = find(key);
    return spool == nullptr ? StreamTally{} : spool->streams[index_of(stream)].tally;
}

} // namespace ems::ingest

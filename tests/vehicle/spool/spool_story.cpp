#include "tests/vehicle/spool/spool_story.h"

#include <algorithm>

#include <fmt/format.h>

namespace ems::test {

using namespace ems::vehicle;

namespace {

constexpr const char* kPath = "/disk/spool.db";
constexpr const char* kStep = "step";
constexpr std::size_t kAll = 100'000;

wire::Envelope envelope_of(const std::string& bytes) {
    wire::Envelope envelope;
    (void)envelope.ParseFromString(bytes);
    return envelope;
}

std::string text(const std::tuple<std::uint64_t, wire::Stream, std::uint64_t>& name) {
    return fmt::format("{:x}/{}/{}", std::get<0>(name), static_cast<int>(std::get<1>(name)),
                       std::get<2>(name));
}

} // namespace

SpoolStory::SpoolStory(PowerDisk& disk, Options options)
    : disk_(disk), options_(options), random_(options.seed) {}

void SpoolStory::fault(const std::string& sentence) {
    if (faults_.size() < 20) {
        faults_.push_back(fmt::format("step {}: {}", step_, sentence));
    }
}

void SpoolStory::open() {
    auto opened = Spool::open({kPath, options_.quota_bytes}, clock_);
    if (!opened) {
        fault("does not open: " + opened.error().message());
        return;
    }
    spool_ = std::move(*opened);
    if (!disk_.is_off() && spool_->durability() == Durability::on_disk) {
        settle_attempt();
        check();
    }
}

void SpoolStory::end() {
    spool_.reset();
}

std::string SpoolStory::body_of(wire::Stream stream) {
    const std::string tag = fmt::format("body {} ", ++bodies_made_);
    if (stream != wire::STREAM_W) {
        return tag + std::string(random_() % 60, 'x'); // not a message: no gap by accident
    }
    wire::WaveBatch batch;
    batch.set_recording(7);
    batch.set_rate_mhz(500'000);
    batch.set_lead_mask(0xff);
    batch.set_first_sample(bodies_made_);
    const auto count = static_cast<std::uint32_t>(random_() % (options_.wave_bytes_max / 8 + 1));
    batch.set_count(count);
    for (std::uint32_t i = 0; i < 8 * count; ++i) {
        batch.add_deltas(static_cast<std::int32_t>(random_() % 100) - 50);
    }
    const std::string body = batch.SerializeAsString();
    recordings_[std::to_string(bodies_made_)] = body;
    return body;
}

void SpoolStory::append(wire::Stream stream, Group& group) {
    const std::string body = body_of(stream);
    const Keep keep = random_() % 4 == 0 ? Keep::ordinary : Keep::of_case;
    if (spool_->append({.stream = stream,
                        .t_us = clock_.utc_us(),
                        .clk = wire::CLOCK_GNSS,
                        .keep = keep,
                        .body = body})) {
        group.bodies.at(stream_index(stream)).push_back(body);
        ++counts_.records;
    }
}

// What is there now is acknowledged in part, as the centre does it: cumulated, or one range.
void SpoolStory::acknowledge(Group& /*group*/) {
    const wire::Stream stream = stream_at(random_() % kStreams);
    const auto present = spool_->unacked(stream, kAll);
    if (present.empty()) {
        return;
    }
    const Record& one = present[random_() % present.size()];
    if (stream == wire::STREAM_A) {
        for (const Record& record : present) {
            learn_gap(record.spool, record.envelope);
        }
    }
    wire::Ack ack;
    ack.set_spool(one.spool);
    auto& acked = *ack.add_streams();
    acked.set_stream(stream);
    auto& known = acked_[{one.spool, stream}];
    if (random_() % 2 == 0) {
        acked.set_upto(one.seq);
        for (const Record& record : present) {
            if (record.spool == one.spool && record.seq <= one.seq) {
                known.insert(record.seq);
            }
        }
    } else {
        auto& range = *acked.add_ranges();
        range.set_from(one.seq);
        range.set_to(one.seq);
        known.insert(one.seq);
    }
    spool_->acknowledge(ack);
}

void SpoolStory::act() {
    ++step_;
    clock_.advance(std::chrono::milliseconds{250});
    Group group{step_, {}, commands_};
    for (std::size_t i = 0; i < kStreams; ++i) {
        if (spool_->durability() == Durability::on_disk) { // thinned waves took numbers, too
            last_.at(i) = spool_->status(stream_at(i)).last_seq;
        }
    }
    // Acknowledgements go in the group of this commit, and are sure once it is reported.
    if (random_() % 3 == 0) {
        acknowledge(group);
    }
    for (std::size_t n = random_() % 5; n > 0; --n) {
        const std::uint64_t kind = random_() % 8;
        append(kind < 2   ? wire::STREAM_A
               : kind < 3 ? wire::STREAM_G
               : kind < 4 ? wire::STREAM_V
                          : wire::STREAM_W,
               group);
    }
    if (random_() % 4 == 0) {
        const std::string id = fmt::format("c{}", step_ % 7);
        group.commands[id] = step_;
        spool_->put_command({.id = id,
                             .unit_seq = step_,
                             .result = wire::CommandAck::STORED,
                             .ack = "ack of " + id,
                             .body = "body of " + id});
    }
    spool_->set_number(kStep, step_);
    const Spool::Committed committed = spool_->commit();
    ++counts_.groups;
    report(committed, group);
}

void SpoolStory::report(const Spool::Committed& committed, const Group& group) {
    if (committed.durability == Durability::in_memory) {
        if (disk_.is_off()) {
            attempt_ = std::make_unique<Group>(group);
            return;
        }
        lived_through_faults_ = true;
        counts_.in_memory += committed.records.size();
    } else {
        identity_ = identity_ == 0 ? spool_->identity() : identity_;
        durable_step_ = group.number;
    }
    commands_ = group.commands;
    for (const Record& record : committed.records) {
        const Name name{record.spool, record.stream, record.seq};
        if (!kept_.emplace(name, record.envelope).second) {
            fault(text(name) + " was given twice");
        }
        learn_gap(record.spool, record.envelope);
        if (record.spool == identity_) {
            auto& last = last_.at(stream_index(record.stream));
            last = std::max(last, record.seq);
        }
    }
    std::array<std::size_t, kStreams> returned{};
    for (const Record& record : committed.records) {
        ++returned.at(stream_index(record.stream));
    }
    for (std::size_t i = 0; i < kStreams; ++i) {
        if (returned.at(i) < group.bodies.at(i).size()) {
            fault("a record was not returned");
        }
    }
}

void SpoolStory::learn_gap(std::uint64_t spool, const std::string& envelope) {
    wire::Event event;
    const wire::Envelope sealed = envelope_of(envelope);
    if (sealed.stream() != wire::STREAM_A || !event.ParseFromString(sealed.body()) ||
        !event.has_gap()) {
        return;
    }
    const wire::Gap& gap = event.gap();
    auto& spans = gaps_[{spool, gap.stream()}];
    const Span span{gap.from_seq(), gap.to_seq(), gap.reason()};
    if (std::find(spans.begin(), spans.end(), span) != spans.end()) {
        return;
    }
    for (const Span& other : spans) {
        if (span.from <= other.to && other.from <= span.to) {
            fault(fmt::format("gaps of stream {} overlap: {}-{} and {}-{}",
                              static_cast<int>(gap.stream()), span.from, span.to, other.from,
                              other.to));
        }
    }
    spans.push_back(span);
    ++counts_.gaps;
}

bool SpoolStory::in_gap(const Name& name) const {
    const auto& [spool, stream, seq] = name;
    const auto spans = gaps_.find({spool, stream});
    return spans != gaps_.end() &&
           std::any_of(spans->second.begin(), spans->second.end(), [seq = seq](const Span& span) {
               return span.from <= seq && seq <= span.to;
           });
}

std::map<SpoolStory::Name, std::string> SpoolStory::read_all() {
    std::map<Name, std::string> present;
    for (std::size_t i = 0; i < kStreams; ++i) {
        std::uint64_t before = 0;
        for (const Record& record : spool_->unacked(stream_at(i), kAll)) {
            const Name name{record.spool, record.stream, record.seq};
            if (!present.emplace(name, record.envelope).second) {
                fault(text(name) + " is there twice");
            }
            if (record.spool == spool_->identity() && record.seq <= before &&
                record.stream != wire::STREAM_W) { // waves of a case come before others
                fault(text(name) + " is out of order");
            }
            before = record.spool == spool_->identity() ? record.seq : before;
            learn_gap(record.spool, record.envelope);
        }
    }
    return present;
}

// The group whose commit was under way is there as a whole, or not at all.
void SpoolStory::settle_attempt() {
    const std::uint64_t found = spool_->number(kStep);
    if (attempt_ && found == attempt_->number) {
        const auto present = read_all();
        for (std::size_t i = 0; i < kStreams; ++i) {
            std::uint64_t seq = last_.at(i);
            for (const std::string& body : attempt_->bodies.at(i)) {
                const Name name{spool_->identity(), stream_at(i), ++seq};
                const auto there = present.find(name);
                if (there == present.end() || envelope_of(there->second).body() != body) {
                    fault("of the last group only a part is there, not " + text(name));
                } else {
                    kept_[name] = there->second;
                }
            }
            last_.at(i) = std::max(seq, last_.at(i));
        }
        commands_ = attempt_->commands;
        durable_step_ = found;
        identity_ = spool_->identity();
    } else if (found != durable_step_) {
        fault(fmt::format("state is of step {}, {} was reported", found, durable_step_));
    }
    attempt_.reset();
}

void SpoolStory::check_kept(const std::map<Name, std::string>& present) {
    for (const auto& [name, envelope] : kept_) {
        const auto& [spool, stream, seq] = name;
        const auto& acked = acked_[{spool, stream}];
        const auto there = present.find(name);
        if (there == present.end()) {
            if (!acked.contains(seq) && !in_gap(name)) {
                fault(text(name) + " is lost");
            }
            continue;
        }
        if (there->second != envelope) {
            fault(text(name) + " has another content");
        }
        if (in_gap(name)) {
            fault(text(name) + " is there and named in a gap");
        }
    }
}

void SpoolStory::check_numbers(const std::map<Name, std::string>& present) {
    for (std::size_t i = 0; i < kStreams; ++i) {
        const std::uint64_t last = spool_->status(stream_at(i)).last_seq;
        if (last < last_.at(i)) {
            fault(fmt::format("stream {} would give {} again", i + 1, last + 1));
        }
        const auto& acked = acked_[{spool_->identity(), stream_at(i)}];
        for (std::uint64_t seq = 1; seq <= last; ++seq) {
            const Name name{spool_->identity(), stream_at(i), seq};
            const int ways = (present.contains(name) ? 1 : 0) + (in_gap(name) ? 1 : 0);
            if (ways > 1) {
                fault(text(name) + " is there and in a gap");
            }
            if (ways == 0 && !acked.contains(seq)) {
                fault(text(name) + " is neither there nor acknowledged nor in a gap");
            }
        }
        last_.at(i) = last;
    }
}

// Each body under one name; what nobody reported can only be a thinned wave or a gap record.
void SpoolStory::check_bodies(const std::map<Name, std::string>& present) {
    std::map<std::string, Name> bodies;
    for (const auto& [name, bytes] : present) {
        const wire::Envelope envelope = envelope_of(bytes);
        if (!bodies.emplace(envelope.body(), name).second) {
            fault(text(name) + " is a second copy of " + text(bodies.at(envelope.body())));
        }
        const bool known = kept_.contains(name);
        wire::Event event;
        wire::WaveBatch batch;
        if (known) {
            continue;
        }
        if (std::get<1>(name) == wire::STREAM_A && event.ParseFromString(envelope.body()) &&
            event.has_gap()) {
            continue;
        }
        const bool thinned = std::get<1>(name) == wire::STREAM_W &&
                             batch.ParseFromString(envelope.body()) &&
                             recordings_.contains(std::to_string(batch.first_sample()));
        if (!thinned) {
            fault(text(name) + " was never made");
            continue;
        }
        const bool whole = batch.lead_mask() != 2;
        if (whole || static_cast<std::uint32_t>(batch.deltas_size()) != batch.count()) {
            fault(text(name) + " is no thinned wave");
        }
        ++counts_.thinned;
    }
}

void SpoolStory::check() {
    if (identity_ != 0 && spool_->identity() != identity_) {
        fault("the file has another identity: it was taken for damaged");
    }
    const auto present = read_all();
    check_kept(present);
    check_numbers(present);
    check_bodies(present);
    std::map<std::string, std::uint64_t> commands;
    for (const StoredCommand& command : spool_->commands()) {
        commands[command.id] = command.unit_seq;
        if (command.ack != "ack of " + command.id) {
            fault("command " + command.id + " has another acknowledgement");
        }
    }
    if (commands != commands_) {
        fault("the commands are not those of the last group");
    }
    if (spool_->number(kStep) < durable_step_) {
        fault("a number fell");
    }
}

void SpoolStory::recover() {
    for (int i = 0; i < 200; ++i) {
        clock_.advance(std::chrono::seconds{11});
        act();
        bool empty = spool_->durability() == Durability::on_disk;
        for (std::size_t stream = 0; stream < kStreams && empty; ++stream) {
            empty = !spool_->has_group();
        }
        if (empty) {
            check();
            return;
        }
    }
    fault("the disk works again and the spool does not come back to it");
}

} // namespace ems::test

#include "console/widgets/replay_loader.h"

#include "console/widgets/words.h"
#include "telemetry/base/error.h"

#include <algorithm>

#include <QLocale>

namespace ems::console {
namespace {

constexpr int kAgainMs = 250;
constexpr int kTriesMax = 20;

bool is_passing(std::uint32_t code) {
    return code == static_cast<std::uint32_t>(Code::too_many_requests) ||
           code == static_cast<std::uint32_t>(Code::replay_away) || code == static_cast<std::uint32_t>(Code::not_leader) ||
           code == static_cast<std::uint32_t>(Code::timeout);
}

} // namespace

ReplayLoader::ReplayLoader(Desk& live, api::Incident incident, QObject* parent)
    : QObject(parent), live_(live), incident_(std::move(incident)) {
    again_.setInterval(kAgainMs);
    again_.setSingleShot(true);
    connect(&again_, &QTimer::timeout, this, &ReplayLoader::ask);
    connect(&live_, &Desk::answeredBehind, this, &ReplayLoader::answer);
}

void ReplayLoader::start() {
    askParts();
}

void ReplayLoader::ask() {
    asked_of_ = asked_ != 0 ? asked_of_ : jobs_.empty() ? &idle_jobs_ : &jobs_;
    if (asked_ != 0 || asked_of_->empty()) {
        return;
    }
    asked_ = live_.askBehind(asked_of_->front().frame);
    if (asked_ == 0) { // the link is away: later
        again_.start();
    }
}

void ReplayLoader::answer(const api::ServerFrame& frame) {
    if (asked_ == 0 || frame.reply_to() != asked_ || asked_of_->empty()) {
        return;
    }
    asked_ = 0;
    std::deque<Job>& of = *asked_of_;
    Job job = std::move(of.front());
    of.pop_front();
    if (frame.has_error()) {
        if (is_passing(frame.error().code()) && ++job.tries < kTriesMax) {
            of.push_front(std::move(job));
            again_.start();
            return;
        }
        const bool zh = QLocale().language() == QLocale::Chinese;
        job.refused(qs(zh ? frame.error().text_zh() : frame.error().text_en()));
    } else if (auto next = job.take(frame)) {
        job.frame = std::move(*next);
        job.tries = 0;
        of.push_front(std::move(job));
    }
    ask();
    emit changed();
}

void ReplayLoader::askParts() {
    Job job;
    job.frame.mutable_replay()->set_incident_id(incident_.id());
    job.refused = [this](const QString& why) { emit failed(why); };
    job.take = [this](const api::ServerFrame& frame) -> std::optional<api::ClientFrame> {
        std::vector<api::ReplayPart> parts{frame.replay_page().parts().begin(), frame.replay_page().parts().end()};
        for (api::ReplayPart& part : parts) {
            part.set_to_us(part.to_us() == 0 ? live_.shownUs() : part.to_us()); // goes on: until now
        }
        past_.emplace(incident_, std::move(parts));
        askRest();
        return std::nullopt;
    };
    jobs_.push_back(std::move(job));
    ask();
}

void ReplayLoader::askRest() {
    Job times;
    times.frame.mutable_get_timeline()->set_incident_id(incident_.id());
    times.refused = [this](const QString& why) { emit failed(why); };
    times.take = [this](const api::ServerFrame& frame) -> std::optional<api::ClientFrame> {
        past_->add_timeline(frame.timeline());
        return std::nullopt;
    };
    jobs_.push_back(std::move(times));
    for (const api::ReplayPart& part : past_->parts()) {
        if (!part.vid().empty()) {
            for (const auto stream : {ems::wire::STREAM_G, ems::wire::STREAM_V, ems::wire::STREAM_A}) {
                askStream(part, stream);
            }
        }
    }
    Job files;
    files.frame.mutable_get_recordings()->set_incident_id(incident_.id());
    files.refused = [this](const QString& /*why*/) { finish(); }; // without pictures and speech it is a replay all the same
    files.take = [this](const api::ServerFrame& frame) -> std::optional<api::ClientFrame> {
        past_->add_recordings(frame.recordings());
        finish();
        return std::nullopt;
    };
    jobs_.push_back(std::move(files));
}

void ReplayLoader::askStream(const api::ReplayPart& part, ems::wire::Stream stream) {
    Job job;
    job.frame.mutable_replay()->set_assignment_id(part.assignment_id());
    job.frame.mutable_replay()->set_stream(stream);
    job.refused = [](const QString& /*why*/) {}; // the series stays empty, and the views say that nothing is there
    job.take = [this, unit = part.unit_id(), frame = job.frame](const api::ServerFrame& reply) mutable
        -> std::optional<api::ClientFrame> {
        const api::ReplayPage& page = reply.replay_page();
        past_->add_page(unit, page);
        if (!page.has_next()) {
            return std::nullopt;
        }
        frame.mutable_replay()->set_from_us(page.from_us());
        frame.mutable_replay()->set_to_us(page.to_us());
        *frame.mutable_replay()->mutable_after() = page.next();
        return frame;
    };
    jobs_.push_back(std::move(job));
}

// Units that are known now and have a vehicle, over the whole case; those of the case before their order and after its end.
void ReplayLoader::askWhereabouts() {
    constexpr std::int64_t kSpanMostUs = 24LL * 3'600 * 1'000'000; // what the centre answers
    const std::int64_t from_us = past_->from_us();
    const std::int64_t to_us = std::min(past_->to_us(), from_us + kSpanMostUs);
    std::size_t asked = 0;
    for (const auto& [id, unit] : live_.state().units()) {
        if (unit.vid().empty() || asked >= kOtherUnitsMax) {
            continue;
        }
        ++asked;
        std::int64_t first_us = to_us; // of its parts
        std::int64_t last_us = from_us;
        bool same_vehicle = true;
        for (const api::ReplayPart& part : past_->parts()) {
            if (part.unit_id() == id) {
                first_us = std::min(first_us, part.from_us());
                last_us = std::max(last_us, part.to_us());
                same_vehicle = same_vehicle && part.vid() == unit.vid();
            }
        }
        if (first_us >= last_us) {
            askWhereabouts(unit, from_us, to_us);
        } else if (same_vehicle) {
            askWhereabouts(unit, from_us, first_us);
            askWhereabouts(unit, last_us, to_us);
        }
    }
}

void ReplayLoader::askWhereabouts(const api::Unit& unit, std::int64_t from_us, std::int64_t to_us) {
    if (from_us >= to_us) {
        return;
    }
    Job job;
    job.frame.mutable_replay()->set_unit_id(unit.id());
    job.frame.mutable_replay()->set_stream(ems::wire::STREAM_G);
    job.frame.mutable_replay()->set_from_us(from_us);
    job.frame.mutable_replay()->set_to_us(to_us);
    job.refused = [](const QString& /*why*/) {}; // it is not on the map
    job.take = [this, id = unit.id(), frame = job.frame](const api::ServerFrame& reply) mutable
        -> std::optional<api::ClientFrame> {
        past_->add_whereabouts(id, reply.replay_page());
        if (!reply.replay_page().has_next()) {
            return std::nullopt;
        }
        *frame.mutable_replay()->mutable_after() = reply.replay_page().next();
        return frame;
    };
    idle_jobs_.push_back(std::move(job));
}

void ReplayLoader::finish() {
    ready_ = true;
    askWhereabouts();
    emit ready();
}

bool ReplayLoader::haveWaves(std::int64_t unit_id, std::int64_t at_us) {
    const WaveStretch* here = past_->stretch(unit_id, at_us);
    if (here != nullptr && here->complete) {
        return true;
    }
    const std::int64_t from_us = past_->stretch_start(at_us);
    if (waves_asked_.contains({unit_id, from_us})) {
        return false;
    }
    const auto part = std::find_if(past_->parts().begin(), past_->parts().end(), [&](const api::ReplayPart& p) {
        return p.unit_id() == unit_id && !p.vid().empty();
    });
    if (part == past_->parts().end()) {
        return true; // known by voice: there never were any
    }
    waves_asked_[{unit_id, from_us}] = true;
    const auto end = [this, unit_id, from_us] { waves_asked_.erase({unit_id, from_us}); };
    Job job;
    job.frame.mutable_replay()->set_assignment_id(part->assignment_id());
    job.frame.mutable_replay()->set_stream(ems::wire::STREAM_W);
    job.frame.mutable_replay()->set_from_us(from_us);
    job.frame.mutable_replay()->set_to_us(std::min(from_us + ReplayCase::kStretchUs, past_->to_us()));
    job.refused = [this, unit_id, from_us, end](const QString& /*why*/) {
        past_->add_waves(unit_id, from_us, {}); // an empty stretch: the sweep shows a gap and the replay goes on
        end();
    };
    job.take = [this, unit_id, from_us, end, frame = job.frame](const api::ServerFrame& reply) mutable
        -> std::optional<api::ClientFrame> {
        past_->add_waves(unit_id, from_us, reply.replay_page());
        if (!reply.replay_page().has_next()) {
            end();
            return std::nullopt;
        }
        *frame.mutable_replay()->mutable_after() = reply.replay_page().next();
        return frame;
    };
    jobs_.push_back(std::move(job));
    ask();
    return false;
}

std::shared_ptr<const std::string> ReplayLoader::file(const api::Recording& recording) {
    const FileKey key{static_cast<int>(recording.kind()), recording.id()};
    const bool known = files_.contains(key);
    File& file = files_[key];
    file.asked_at = ++wishes_;
    if (known) {
        return file.whole;
    }
    Job job;
    job.frame.mutable_read_recording()->set_kind(recording.kind());
    job.frame.mutable_read_recording()->set_id(recording.id());
    job.refused = [this, key](const QString& /*why*/) {
        if (const auto it = files_.find(key); it != files_.end()) {
            it->second.whole = std::make_shared<const std::string>();
        }
    };
    job.take = [this, key, frame = job.frame](const api::ServerFrame& reply) mutable -> std::optional<api::ClientFrame> {
        const auto it = files_.find(key);
        if (it == files_.end()) {
            return std::nullopt;
        }
        const api::RecordingPart& part = reply.recording_part();
        it->second.coming += part.data();
        const bool more = !part.data().empty() && it->second.coming.size() < part.total() &&
                          it->second.coming.size() < kOneFileBytesMax;
        if (more) {
            frame.mutable_read_recording()->set_offset(it->second.coming.size());
            return frame;
        }
        it->second.whole = std::make_shared<const std::string>(std::move(it->second.coming));
        dropOldFiles();
        return std::nullopt;
    };
    jobs_.push_back(std::move(job));
    ask();
    return nullptr;
}

void ReplayLoader::dropOldFiles() {
    const auto size = [this] {
        std::size_t bytes = 0;
        for (const auto& [key, file] : files_) {
            bytes += file.whole ? file.whole->size() : file.coming.size();
        }
        return bytes;
    };
    while (size() > kFileBytesMax) {
        auto oldest = files_.end();
        for (auto it = files_.begin(); it != files_.end(); ++it) {
            if (it->second.whole && (oldest == files_.end() || it->second.asked_at < oldest->second.asked_at)) {
                oldest = it;
            }
        }
        if (oldest == files_.end()) {
            return;
        }
        files_.erase(oldest);
    }
}

} // namespace ems::console

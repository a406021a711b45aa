#include "telemetry/media/voice_service.h"

#include <utility>

#include "telemetry/base/log.h"
#include "telemetry/seal/random.h"
#include "telemetry/video/voice_grants.h"

namespace ems::media {
namespace {

constexpr std::size_t kPendingMax = 4'096;
constexpr std::size_t kRowsPerTurn = 32;
constexpr const char* kLine = "voice";

VoiceParty new_crew(const std::string& vid, std::int64_t expires_us) {
    VoiceParty party;
    party.id = seal::uuid_text();
    party.vid = vid;
    party.rank = video::FloorRank::crew;
    party.up_ssrc = video::random_ssrc();
    party.down_ssrc = video::random_ssrc();
    party.up_key = video::MediaKey::random();
    party.down_key = video::MediaKey::random();
    party.expires_us = expires_us;
    return party;
}

wire::MediaSession offer_of(const VoiceParty& party, const std::string& host, std::uint16_t port) {
    wire::MediaSession session;
    session.set_session_id(party.id);
    session.set_host(host);
    session.set_port(port);
    session.set_expires_us(party.expires_us);
    wire::VoiceKeys& voice = *session.mutable_voice();
    voice.set_up_ssrc(party.up_ssrc);
    voice.set_down_ssrc(party.down_ssrc);
    voice.set_up_key(party.up_key.reveal());
    voice.set_down_key(party.down_key.reveal());
    return session;
}

} // namespace

VoiceService::VoiceService(VoiceServiceOptions options, const seal::DataKey& key,
                           pg::Connection& grants_db, pg::Connection& rows_db)
    : options_(std::move(options)), key_(key),
      recorder_(options_.record_dir.empty() ? nullptr
                                            : std::make_unique<VoiceRecorder>(options_.record_dir)),
      hub_(VoiceHubLimits{}, [this](const VoiceHub::Speech& speech) { record(speech); }),
      plan_(options_.plan), grants_store_(grants_db, options_.server),
      store_(rows_db, options_.server),
      grants_(grants_db, "media.voice_grant",
              {[this](const std::string& id) { hub_.close(id); },
               [this](const std::string& id) { return hub_.has(id); }}) {}

void VoiceService::record(SpokenPacket packet) {
    if (recorder_) {
        recorder_->push(std::move(packet));
    }
}

void VoiceService::record(const VoiceHub::Speech& speech) {
    if (recorder_) {
        recorder_->push(spoken_packet(speech, SystemClock{}.ticks(), SystemClock{}.utc_us()));
    }
}

std::uint64_t VoiceService::packets_unrecorded() const {
    return recorder_ ? recorder_->packets_dropped() : 0;
}

void VoiceService::heard(const std::string& vid, std::uint64_t birth_counter, HasVoice has_voice,
                         Ticks now) {
    SessionPlan::Cameras lines;
    if (has_voice != HasVoice::unknown) {
        lines.emplace();
    }
    if (has_voice == HasVoice::yes) {
        lines->push_back(kLine);
    }
    plan_.heard(vid, birth_counter, lines, now);
}

std::vector<VoiceService::Offer> VoiceService::make_sessions(const std::set<std::string>& vids,
                                                             Ticks now, ServerTime utc) {
    for (const std::string& vid : vids) {
        // Its packets never come near a key's limit: 50 a second.
        plan_.media_at({vid, kLine}, hub_.crew_heard_at(vid), 0);
    }
    std::vector<Offer> out;
    for (const CameraKey& line : plan_.due(now)) {
        const std::string& vid = line.vid;
        const VoiceParty party =
            new_crew(vid, (utc + std::chrono::microseconds{options_.plan.lifetime}).us);
        plan_.made(line, now);
        if (const auto opened = hub_.open(party); !opened) {
            EMS_LOG(error, "voice", "no session vid={} reason=\"{}\"", vid,
                    opened.error().message());
            continue;
        }
        out.push_back({vid, offer_of(party, options_.host, options_.port)});
    }
    return out;
}

std::int64_t VoiceService::poll() {
    std::int64_t closed = 0;
    if (!recorder_) {
        return closed;
    }
    for (VoiceFile& file : recorder_->poll()) {
        closed += file.closed ? static_cast<std::int64_t>(file.bytes) : 0;
        if (pending_.size() >= kPendingMax && !pending_.contains(file.path)) {
            ++rows_dropped_;
            continue;
        }
        pending_[file.path] = std::move(file);
    }
    return closed;
}

void VoiceService::end() {
    if (recorder_) {
        recorder_->end();
        poll();
    }
}

VoiceService::Async<void> VoiceService::load_grants() {
    auto rows = co_await grants_store_.live_grants();
    if (!rows) {
        co_return Failure{std::move(rows).error()};
    }
    std::set<std::string> live;
    for (const VoiceGrantRow& row : *rows) {
        live.insert(row.party.id);
    }
    grants_.live(live);
    for (VoiceGrantRow& row : *rows) {
        if (grants_.is_new(row.party.id)) {
            const auto opened = co_await open_grant(std::move(row));
            if (!opened) {
                co_return opened;
            }
        }
    }
    co_return Result<void>{};
}

VoiceService::Async<void> VoiceService::open_grant(VoiceGrantRow row) {
    VoiceParty& party = row.party;
    // Looked at again with every turn, and before a generation is used up.
    if (!hub_.has_place(party.vid)) {
        grants_.wait(party.id, party.vid);
        co_return Result<void>{};
    }
    video::VoiceGrant grant;
    grant.grant_id = party.id;
    Result<void> usable = video::open_voice_grant(grant, row.sealed, key_);
    if (usable) {
        const auto generation = co_await grants_.take_over(party.id);
        if (!generation) {
            co_return Failure{generation.error()};
        }
        party.up_key = grant.up_key;
        party.down_key = grant.down_key;
        party.generation = generation->value_or(0);
        usable = *generation ? hub_.open(party)
                             : fail(Code::refused, "over, or taken over too often");
    }
    grants_.settle(party.id, party.vid, usable);
    co_return Result<void>{};
}

VoiceService::Async<void> VoiceService::save_pending() {
    std::size_t count = 0;
    while (!pending_.empty() && count++ < kRowsPerTurn) {
        VoiceFile file = pending_.begin()->second;
        const std::string path = file.path;
        const std::int64_t last_us = file.last_us;
        const bool closed = file.closed;
        const auto saved = co_await store_.save_file(std::move(file));
        if (!saved && worth_repeating(saved.error())) {
            co_return Failure{saved.error()};
        }
        if (!saved) {
            ++rows_dropped_;
            EMS_LOG(warn, "voice", "row of a recording refused: {}", saved.error().message());
        } else if (*saved == Serves::another && recorder_) {
            recorder_->cut(path);
        }
        // Newer figures may have come while the statement ran.
        const auto present = pending_.find(path);
        if (present != pending_.end() && present->second.last_us == last_us &&
            present->second.closed == closed) {
            pending_.erase(present);
        }
    }
    co_return Result<void>{};
}

} // namespace ems::media

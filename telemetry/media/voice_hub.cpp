#include "telemetry/media/voice_hub.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "telemetry/base/assert.h"
#include "telemetry/base/log.h"
#include "telemetry/video/grants.h"
#include "telemetry/video/relay.h"
#include "telemetry/video/rtcp.h"
#include "telemetry/video/rtp.h"
#include "telemetry/video/voice_stream.h"

namespace ems::media {

using std::chrono::milliseconds;
using video::Endpoint;
using video::FloorControl;
using video::FloorRank;
using video::seq_distance;

namespace {

constexpr FloorControl::Party kCrew = 1;
// A change is told three times: a lost one is made good before anybody wonders.
constexpr int kRepeats = 2;
constexpr milliseconds kRepeatEvery{100};
constexpr std::size_t kStateSizeMax = 128;
constexpr std::size_t kCabinFrameMax = 512; // 20 ms at 24 kbit/s are 60

} // namespace

struct VoiceHub::Line {
    explicit Line(std::string of, const video::FloorLimits& limits)
        : vid(std::move(of)), floor(limits) {}
    std::string vid;
    FloorControl floor;
    std::vector<Party*> parties;
    FloorControl::Party newest_id{kCrew};
    std::uint64_t stretches{0};
    std::uint64_t told{0}; // floor.changes() of the newest telling
    std::uint64_t cabin_turn{0};
    std::uint64_t cabin_stretch{0};
    std::uint16_t cabin_seq{0};

    [[nodiscard]] bool hears_cabin() const;
};

struct VoiceHub::Party {
    Party(VoiceParty of, Line& on, FloorControl::Party id)
        : is(std::move(of)), line(on), floor_id(id),
          speech(is.up_key, is.up_ssrc | is.generation), reports(is.up_key, is.up_ssrc),
          down(is.down_key, is.down_ssrc | is.generation) {}
    VoiceParty is;
    Line& line;
    FloorControl::Party floor_id;
    video::SrtpStream speech;
    video::SrtpStream reports;
    video::SrtpStream down;
    video::VoiceSplice splice; // of what is sent to it
    video::ReceptionCounter reception;
    video::SpeechTime time;
    Endpoint address;
    bool heard{false};
    std::uint32_t newest_index{0}; // of its reports
    Ticks heard_at{};
    bool present{false}; // reports of this generation come
    std::optional<std::uint16_t> line_number;
    std::uint32_t echo_ms{0};
    std::uint64_t stretch{0}; // 0: not being heard
    int repeats{0};
    Ticks told_at{};

    [[nodiscard]] bool is_crew() const { return is.rank == FloorRank::crew; }
};

namespace {

video::SpeakerRole role_of(FloorRank rank) {
    switch (rank) {
    case FloorRank::dispatcher:
        return video::SpeakerRole::dispatcher;
    case FloorRank::physician:
        return video::SpeakerRole::physician;
    case FloorRank::crew:
        break;
    }
    return video::SpeakerRole::unknown;
}

} // namespace

bool VoiceHub::Line::hears_cabin() const {
    return floor.mode() == video::FloorMode::open_line &&
           std::none_of(parties.begin(), parties.end(), [](const Party* party) {
               return party->is_crew() && party->present;
           });
}

VoiceHub::VoiceHub(VoiceHubLimits limits, OnSpeech on_speech)
    : limits_(limits), on_speech_(std::move(on_speech)) {}
VoiceHub::~VoiceHub() = default;

bool VoiceHub::has_place(const std::string& vid) const {
    const auto known = lines_.find(vid);
    const bool room = known != lines_.end()
                          ? known->second->parties.size() < video::kFloorPartiesMax
                          : lines_.size() < limits_.lines_max;
    return room && parties_.size() < limits_.parties_max;
}

Result<void> VoiceHub::open(const VoiceParty& party) {
    const std::uint32_t low = video::kGenerationMask;
    if (party.up_ssrc == 0 || party.down_ssrc == 0 || (party.up_ssrc & low) != 0 ||
        (party.down_ssrc & low) != 0 || party.generation > low || parties_.contains(party.id) ||
        by_report_ssrc_.contains(party.up_ssrc)) {
        return fail(Code::invalid_argument, "the SSRC or generation of the party is not usable");
    }
    if (!has_place(party.vid)) {
        return fail(Code::full, "no room for another party of the line");
    }
    auto& line = lines_[party.vid];
    if (!line) {
        line = std::make_unique<Line>(party.vid, limits_.floor);
    }
    const FloorControl::Party id = party.rank == FloorRank::crew ? kCrew : ++line->newest_id;
    if (id == kCrew) {
        drop_unheard_crews(*line);
    }
    auto made = std::make_unique<Party>(party, *line, id);
    line->parties.push_back(made.get());
    by_report_ssrc_[party.up_ssrc] = made.get();
    by_speech_ssrc_[party.up_ssrc | party.generation] = made.get();
    parties_[party.id] = std::move(made);
    return {};
}

// A session that nobody answered has nothing to say when another was made.
void VoiceHub::drop_unheard_crews(Line& line) {
    const std::vector<Party*> parties = line.parties;
    line.parties.clear(); // so that the line outlives its last party
    for (Party* party : parties) {
        if (!party->is_crew() || party->heard) {
            line.parties.push_back(party);
            continue;
        }
        by_report_ssrc_.erase(party->is.up_ssrc);
        by_speech_ssrc_.erase(party->is.up_ssrc | party->is.generation);
        const std::string id = party->is.id;
        parties_.erase(id);
    }
}

void VoiceHub::erase(Party& party) {
    Line& line = party.line;
    absent(party);
    std::erase(line.parties, &party);
    by_report_ssrc_.erase(party.is.up_ssrc);
    by_speech_ssrc_.erase(party.is.up_ssrc | party.is.generation);
    const std::string vid = line.vid;
    const bool last = line.parties.empty();
    const std::string id = party.is.id;
    parties_.erase(id);
    if (last) {
        lines_.erase(vid);
    }
}

void VoiceHub::close(const std::string& id) {
    const auto found = parties_.find(id);
    if (found != parties_.end()) {
        erase(*found->second);
    }
}

void VoiceHub::expire(ServerTime now) {
    std::vector<Party*> over;
    for (const auto& [id, party] : parties_) {
        if (party->is.expires_us <= now.us) {
            over.push_back(party.get());
        }
    }
    for (Party* party : over) {
        erase(*party);
    }
}

bool VoiceHub::takes(std::span<const std::uint8_t> datagram) const {
    const auto ssrc = video::packet_ssrc(datagram);
    if (!ssrc) {
        return false;
    }
    return video::looks_like_rtcp(datagram) ? by_report_ssrc_.contains(*ssrc)
                                            : by_speech_ssrc_.contains(*ssrc);
}

// What is not refused proved its key.
Proof VoiceHub::receive(std::span<std::uint8_t> datagram, const Endpoint& from, Ticks now,
                        Outbox& out) {
    ++counters_.received;
    const std::uint64_t refused = counters_.refused;
    sort(datagram, from, now, out);
    return counters_.refused == refused ? Proof::key : Proof::none;
}

void VoiceHub::sort(std::span<std::uint8_t> datagram, const Endpoint& from, Ticks now,
                    Outbox& out) {
    const auto ssrc = video::packet_ssrc(datagram);
    if (ssrc && video::looks_like_rtcp(datagram)) {
        if (const auto party = by_report_ssrc_.find(*ssrc); party != by_report_ssrc_.end()) {
            receive_report(*party->second, datagram, from, now, out);
            return;
        }
    } else if (ssrc) {
        if (const auto party = by_speech_ssrc_.find(*ssrc); party != by_speech_ssrc_.end()) {
            receive_speech(*party->second, datagram, now, out);
            return;
        }
    }
    ++counters_.refused;
}

// A report of a former generation may be one recorded before a restart: it moves no address of a
// party that is there.
void VoiceHub::learn(Party& party, const Endpoint& from, std::uint32_t index, Ticks now,
                     std::uint8_t generation) {
    if (party.heard && index <= party.newest_index) {
        return;
    }
    party.heard = true;
    party.newest_index = index;
    if (generation == party.is.generation || !party.present) {
        party.address = from;
    }
    if (generation == party.is.generation) {
        party.heard_at = now;
    }
}

void VoiceHub::arrive(Party& party) {
    Line& line = party.line;
    if (party.is_crew()) {
        // The former session ends here. The floor's memory of presses ends with it: after a restart
        // of the vehicle's program they count anew.
        std::vector<Party*> former;
        std::copy_if(line.parties.begin(), line.parties.end(), std::back_inserter(former),
                     [&](const Party* other) { return other != &party && other->is_crew(); });
        for (Party* other : former) {
            const bool later = std::find(line.parties.begin(), line.parties.end(), other) >
                               std::find(line.parties.begin(), line.parties.end(), &party);
            if (!later) {
                erase(*other);
            }
        }
    }
    party.present = line.floor.join(party.floor_id, party.is.rank);
    party.line_number.reset();
    EMS_LOG(info, "voice", "party present vid={} id={} crew={}", line.vid, party.is.id,
            party.is_crew() ? "yes" : "no");
}

void VoiceHub::absent(Party& party) {
    party.stretch = 0;
    if (party.present) {
        party.present = false;
        party.line.floor.leave(party.floor_id);
    }
}

void VoiceHub::apply(Party& party, const video::VoiceReport& report, Ticks now) {
    FloorControl& floor = party.line.floor;
    if (report.talk == video::Talk::none) {
        floor.release(party.floor_id, report.press);
    } else {
        floor.request(party.floor_id, report.press,
                      report.talk == video::Talk::emergency ? video::Urgency::emergency
                                                            : video::Urgency::normal,
                      now);
    }
    // A party that arrives again says what it wished last: a line that was open when this process was
    // replaced is open again.
    const bool fresh =
        !party.line_number || seq_distance(report.line_number, *party.line_number) > 0;
    if (fresh) {
        if (report.line == video::LineWish::open) {
            floor.open_line(party.floor_id);
        } else if (report.line == video::LineWish::closed) {
            floor.close_line(party.floor_id);
        }
        party.line_number = report.line_number;
    }
}

void VoiceHub::receive_report(Party& party, std::span<std::uint8_t> datagram, const Endpoint& from,
                              Ticks now, Outbox& out) {
    if (datagram.size() < 12) {
        ++counters_.refused;
        return;
    }
    // RFC 7714 section 9: the index stands in clear in the last four bytes, authenticated.
    const std::uint32_t index = video::read_u32(datagram, datagram.size() - 4) & 0x7FFF'FFFF;
    const auto size = party.reports.unprotect_rtcp(datagram);
    if (!size) {
        ++counters_.refused;
        return;
    }
    const auto plain = datagram.first(*size);
    const auto content = video::parse_rtcp(plain);
    const bool goodbye = content.has_value() && content->goodbye;
    const auto report = video::parse_voice_report(plain);
    if (!report && !goodbye && content && content->reference) {
        answer_probe(party, *content->reference, from, out);
        return;
    }
    if (!report && !goodbye) {
        ++counters_.refused;
        return;
    }
    const bool newest = !party.heard || index > party.newest_index;
    learn(party, from, index, now, report ? report->generation : std::uint8_t{0});
    if (!report) {
        if (newest) {
            absent(party);
        }
    } else if (newest) {
        party.echo_ms = report->sent_ms;
        if (report->generation == party.is.generation) {
            if (!party.present) {
                arrive(party);
            }
            apply(party, *report, now);
        }
        send_state(party, now, out);
    }
    tell(party.line, now, out);
}

void VoiceHub::answer_probe(Party& party, video::CompactTime reference, const Endpoint& from,
                            Outbox& out) {
    Outgoing* packet = out.add();
    if (packet == nullptr) {
        ++counters_.dropped;
        return;
    }
    video::Feedback answer;
    answer.sender_ssrc = party.down.ssrc();
    answer.echo = video::TimeEcho{party.is.up_ssrc, reference, 0};
    const std::vector<std::uint8_t> plain = video::make_feedback(answer);
    std::memcpy(packet->bytes.data(), plain.data(), plain.size());
    const auto sealed = party.down.protect_rtcp(packet->bytes, plain.size());
    if (!sealed) {
        out.remove_last();
        return;
    }
    packet->size = *sealed;
    packet->to = from;
    packet->viewer_ssrc = 0;
}

void VoiceHub::receive_speech(Party& party, std::span<std::uint8_t> datagram, Ticks now,
                              Outbox& out) {
    const auto size = party.speech.unprotect_rtp(datagram);
    const auto view =
        size ? video::parse_rtp(datagram.first(*size)) : std::optional<video::RtpView>{};
    if (!view) {
        ++counters_.refused;
        return;
    }
    Line& line = party.line;
    const std::uint32_t lost = party.reception.received(view->seq);
    if (!party.present || !line.floor.is_heard(party.floor_id)) {
        party.stretch = 0;
        ++counters_.unheard;
        return;
    }
    line.floor.heard(party.floor_id, now);
    if (party.stretch == 0) {
        party.stretch = ++line.stretches;
    }
    for (Party* other : line.parties) {
        if (other->present && other->address.is_set() &&
            line.floor.hears(party.floor_id, other->floor_id)) {
            forward(*other, datagram.first(*size), *view, party.stretch, now, out);
        }
    }
    if (on_speech_) {
        on_speech_(Speech{party.is, datagram.first(*size), *view, party.stretch, lost, party.time});
    }
}

void VoiceHub::feed_cabin(const std::string& vid, std::uint64_t turn, std::uint32_t timestamp,
                          std::span<const std::uint8_t> opus, Ticks now, Outbox& out) {
    const auto found = lines_.find(vid);
    if (found == lines_.end() || !found->second->hears_cabin() ||
        opus.size() > kCabinFrameMax) {
        return;
    }
    Line& line = *found->second;
    if (line.cabin_stretch == 0 || line.cabin_turn != turn) {
        line.cabin_turn = turn;
        line.cabin_stretch = ++line.stretches;
    }
    std::array<std::uint8_t, video::kRtpHeaderSize + kCabinFrameMax> packet{};
    packet[0] = 0x80;
    packet[1] = video::kPayloadTypeOpus;
    video::set_seq(packet, ++line.cabin_seq);
    video::set_timestamp(packet, timestamp);
    std::copy(opus.begin(), opus.end(), packet.begin() + video::kRtpHeaderSize);
    const auto bytes = std::span{packet}.first(video::kRtpHeaderSize + opus.size());
    const auto view = video::parse_rtp(bytes);
    EMS_ASSERT(view.has_value());
    for (Party* party : line.parties) {
        if (party->present && !party->is_crew() && party->address.is_set()) {
            forward(*party, bytes, *view, line.cabin_stretch, now, out);
        }
    }
}

std::vector<std::string> VoiceHub::cabins_wanted() const {
    std::vector<std::string> out;
    for (const auto& [vid, line] : lines_) {
        if (line->hears_cabin()) {
            out.push_back(vid);
        }
    }
    return out;
}

void VoiceHub::forward(Party& to, std::span<const std::uint8_t> packet, const video::RtpView& view,
                       std::uint64_t stretch, Ticks now, Outbox& out) {
    const auto header = to.splice.next(view, stretch, now);
    if (!header) {
        return;
    }
    Outgoing* copy = out.add();
    if (copy == nullptr) {
        ++counters_.dropped;
        return;
    }
    std::memcpy(copy->bytes.data(), packet.data(), packet.size());
    video::set_ssrc(copy->bytes, to.down.ssrc());
    video::set_seq(copy->bytes, header->seq);
    video::set_timestamp(copy->bytes, header->timestamp);
    copy->bytes[1] =
        static_cast<std::uint8_t>((header->first ? 0x80 : 0) | video::kPayloadTypeOpus);
    const auto sealed = to.down.protect_rtp(copy->bytes, packet.size());
    if (!sealed) {
        out.remove_last();
        ++counters_.dropped;
        return;
    }
    copy->size = *sealed;
    copy->to = to.address;
    copy->viewer_ssrc = 0;
    ++counters_.forwarded;
}

void VoiceHub::send_state(Party& party, Ticks now, Outbox& out) {
    if (!party.address.is_set()) {
        return;
    }
    const Line& line = party.line;
    const FloorControl& floor = line.floor;
    video::LineState state;
    state.mode = floor.mode();
    state.urgency = floor.urgency();
    state.yours = floor.standing(party.floor_id);
    state.line_number = party.line_number.value_or(0);
    state.left_ms = static_cast<std::uint32_t>(floor.left(now).count());
    state.echo_ms = party.echo_ms;
    const auto speaker = floor.partner() ? floor.partner() : floor.holder();
    for (const Party* one : line.parties) {
        if (!one->present) {
            continue;
        }
        state.crew_present = state.crew_present || one->is_crew();
        state.consoles = static_cast<std::uint8_t>(state.consoles + (one->is_crew() ? 0 : 1));
        if (speaker == one->floor_id) {
            state.speaker = one->is_crew() ? video::Speaker::crew : video::Speaker::console;
            state.speaker_role = role_of(one->is.rank);
            state.name = one->is.name;
        }
    }
    state.speaker_is_you = speaker == party.floor_id;
    const std::vector<std::uint8_t> plain = video::make_line_state(party.down.ssrc(), state);
    EMS_ASSERT(plain.size() <= kStateSizeMax);
    Outgoing* packet = out.add();
    if (packet == nullptr) {
        ++counters_.dropped;
        return;
    }
    std::memcpy(packet->bytes.data(), plain.data(), plain.size());
    const auto sealed = party.down.protect_rtcp(packet->bytes, plain.size());
    if (!sealed) {
        out.remove_last();
        return;
    }
    packet->size = *sealed;
    packet->to = party.address;
    packet->viewer_ssrc = 0;
}

// Who speaks is news for everybody on the line.
void VoiceHub::tell(Line& line, Ticks now, Outbox& out) {
    const bool changed = line.floor.changes() != line.told;
    line.told = line.floor.changes();
    for (Party* party : line.parties) {
        const bool again = party->repeats > 0 && now - party->told_at >= kRepeatEvery;
        if (!party->present || (!changed && !again)) {
            continue;
        }
        party->repeats = changed ? kRepeats : party->repeats - 1;
        party->told_at = now;
        send_state(*party, now, out);
    }
}

void VoiceHub::tick(Ticks now, Outbox& out) {
    for (auto& [vid, line] : lines_) {
        line->floor.tick(now);
        for (Party* party : line->parties) {
            if (party->present && now - party->heard_at > limits_.party_silence) {
                EMS_LOG(info, "voice", "party away vid={} id={}", vid, party->is.id);
                absent(*party);
            }
        }
        tell(*line, now, out);
    }
}

bool VoiceHub::is_heard_at(const Endpoint& end) const {
    return std::any_of(parties_.begin(), parties_.end(),
                       [&](const auto& entry) { return entry.second->address == end; });
}

Ticks VoiceHub::crew_heard_at(const std::string& vid) const {
    Ticks newest{};
    if (const auto line = lines_.find(vid); line != lines_.end()) {
        for (const Party* party : line->second->parties) {
            if (party->is_crew()) {
                newest = std::max(newest, party->heard_at);
            }
        }
    }
    return newest;
}

const FloorControl* VoiceHub::floor(const std::string& vid) const {
    const auto line = lines_.find(vid);
    return line != lines_.end() ? &line->second->floor : nullptr;
}

} // namespace ems::media

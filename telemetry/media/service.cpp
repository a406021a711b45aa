#include "telemetry/media/service.h"

#include <algorithm>
#include <exception>
#include <string_view>
#include <utility>
#include <variant>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>

#include "telemetry/base/assert.h"
#include "telemetry/base/log.h"
#include "telemetry/media/backfill_http.h"
#include "telemetry/seal/random.h"
#include "telemetry/wire/topics.h"

namespace ems::media {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr milliseconds kTick{50};
constexpr milliseconds kPoll{200}; // recorders and sessions
constexpr seconds kLogInterval{60};
constexpr seconds kTlsPause{5};
constexpr milliseconds kStopLimit{1200};
constexpr std::size_t kMessagesMax = 4096;
constexpr std::size_t kSegmentsMax = 4096;
constexpr std::size_t kSessionsMax = 1024;

link::MqttConfig with_subscriptions(link::MqttConfig config, const RegionCode& region) {
    config.subscriptions = {
        {wire::up_filter(region, wire::UpKind::birth), link::Qos::at_least_once},
        {wire::up_filter(region, wire::UpKind::hb), link::Qos::at_most_once}};
    return config;
}

pg::Options for_rows(pg::Options options) {
    options.application += " rows";
    return options;
}

link::MqttHandlers handlers_for(BoundedQueue<link::MqttMessage>& messages) {
    link::MqttHandlers handlers;
    handlers.message = [&messages](link::MqttMessage&& message) {
        messages.push(std::move(message));
    };
    handlers.link = [](const link::LinkChange& change) {
        if (change.up) {
            EMS_LOG(info, "mediad", "broker reached attempt={}", change.attempt);
        } else {
            EMS_LOG(warn, "mediad", "broker away code={} reason=\"{}\"", code_name(change.code),
                    change.reason);
        }
    };
    handlers.publish_failed = [](const link::PublishFailure& failure) {
        EMS_LOG(warn, "mediad", "publish failed topic={} reason_code={}", failure.topic,
                failure.reason_code);
    };
    return handlers;
}

// "camera.<name>" for each; a vehicle of before said "camera" for its only one. A name that could
// not be a folder's is nobody's camera.
std::vector<std::string> cameras_of(const wire::Heartbeat& heartbeat, const std::string& unnamed) {
    constexpr std::string_view kPrefix{"camera."};
    std::vector<std::string> out;
    for (const auto& [name, health] : heartbeat.device_health()) {
        if (name == "camera") {
            out.push_back(unnamed);
        } else if (name.starts_with(kPrefix) && VehicleId::parse(name.substr(kPrefix.size()))) {
            out.push_back(name.substr(kPrefix.size()));
        }
    }
    std::sort(out.begin(), out.end());
    return out;
}

} // namespace

Service::Service(boost::asio::io_context& io, ServiceOptions options, const seal::DataKey& key)
    : io_(io), options_(std::move(options)), key_(key),
      hub_(
          HubLimits{}, [this](const Hub::MediaPacket& packet) { record(packet); },
          // Another file behind the pause: its row says where the hole is, so that what the vehicle
          // kept of it is wanted.
          [this](const CameraKey& camera) { recorders_.end(camera); },
          [this](const CameraKey& camera) { return recording_of(camera); }),
      relay_(io.get_executor(), hub_),
      terminals_(io.get_executor(), options_.terminals, hub_, relay_, clock_,
                 [this](const CameraKey& camera, std::uint8_t payload_type, std::uint64_t time_ms,
                        std::string_view body) {
                     sounds_.take(camera, payload_type, time_ms, body, clock_.ticks(),
                                  clock_.server_now().us);
                 }),
      plan_(options_.plan),
      recorders_(
          [this](const CameraKey& camera) { return recorder_of(camera); },
          [this](const CameraKey& camera, const Segment& segment) {
              keep_segment(camera, segment);
          },
          [this](const CameraKey& camera) { hub_.want_key_frame(camera); }),
      grants_db_(io.get_executor(), options_.db),
      rows_db_(io.get_executor(), for_rows(options_.db)),
      grants_store_(grants_db_, options_.server), store_(rows_db_, options_.server),
      grants_(grants_db_, "media.viewer_grant",
              {[this](const std::string& id) { hub_.close_viewer(id); },
               [this](const std::string& id) { return hub_.has_viewer(id); }}),
      keeper_(store_, disk_, options_.record_dir, options_.record_limits),
      lost_(store_, disk_, options_.record_dir),
      voice_({options_.server, options_.host, options_.port, options_.plan, options_.record_dir},
             key, grants_db_, rows_db_),
      terminal_store_(grants_db_, options_.server),
      sounds_([this](SpokenPacket packet) { hear_cabin(std::move(packet)); }), timer_(io),
      grants_pause_(io), rows_pause_(io), messages_(kMessagesMax, WhenFull::drop_oldest),
      mqtt_(with_subscriptions(options_.mqtt, options_.region), handlers_for(messages_)) {}

Service::~Service() = default;

Result<void> Service::start() {
    EMS_TRY(relay_.bind(options_.bind_address, options_.port));
    relay_.attach(voice_.hub());
    relay_.start();
    EMS_TRY(terminals_.start());
    if (terminals_.enabled()) {
        TerminalSound::prepare();
    }
    const auto must_not_throw = [](const std::exception_ptr& escaped) {
        EMS_ASSERT(escaped == nullptr); // errors are values; an exception here is a bug of ours
    };
    boost::asio::co_spawn(io_, grants_loop(), must_not_throw);
    boost::asio::co_spawn(io_, rows_loop(), must_not_throw);
    mqtt_.start();
    start_tls();
    arm();
    return {};
}

// Like a status port, one that is taken stops nothing else: it is tried again.
void Service::start_tls() {
    const Ticks now = clock_.ticks();
    if (options_.tls_port == 0 || tls_ || now - tls_tried_at_ < kTlsPause) {
        return;
    }
    tls_tried_at_ = now;
    if (!backfill_ && !options_.record_dir.empty()) {
        pg::Options db = options_.db;
        db.application += " backfill";
        backfill_ = std::make_unique<Backfill>(
            io_.get_executor(),
            Backfill::Options{options_.record_dir, options_.record_limits.free_mib, std::move(db),
                              options_.server},
            disk_, [this](const std::string& vid) { return registered_.contains(vid); },
            [this](std::int64_t bytes) { keeper_.closed(bytes); });
    }
    TlsListenerConfig config;
    config.address = options_.bind_address;
    config.port = options_.tls_port;
    config.files = options_.tls_files;
    auto listener = std::make_unique<TlsListener>(io_.get_executor(), std::move(config));
    listener->add("ems-rtp", link::ClientCertificate::asked, streams_.serve());
    if (backfill_) {
        listener->add("http/1.1", link::ClientCertificate::demanded,
                      backfill_over_http(*backfill_));
    }
    if (const auto started = listener->start(); !started) {
        EMS_LOG(error, "mediad", "no TLS port, again in {} s: {}", kTlsPause.count(),
                started.error().message());
        return;
    }
    tls_ = std::move(listener);
}

ServerPlace Service::place() const {
    const bool told_another = options_.tls_port_told != 0;
    const std::uint16_t told = told_another ? options_.tls_port_told : options_.tls_port;
    return {options_.host, options_.port, tls_ ? told : std::uint16_t{0}};
}

void Service::tell_tls(wire::MediaSession& session) const {
    if (const ServerPlace at = place(); at.tls_port != 0) {
        session.set_tls_port(at.tls_port);
        session.set_tls_name(options_.server);
    }
}

void Service::stop() {
    stopping_since_ = clock_.ticks();
    terminals_.stop();
    if (tls_) {
        tls_->stop();
    }
    recorders_.end_all();
    voice_.end();
}

void Service::arm() {
    timer_.expires_after(kTick);
    timer_.async_wait([this](const boost::system::error_code& error) {
        if (!error) {
            tick();
            arm();
        }
    });
}

void Service::tick() {
    const Ticks now = clock_.ticks();
    take_messages();
    hub_.expire(clock_.server_now());
    voice_.expire(clock_.server_now());
    relay_.tick();
    sounds_.poll(now, clock_.server_now().us);
    if (now - polled_at_ < kPoll && !stopping_since_) {
        return;
    }
    polled_at_ = now;
    terminals_.tick();
    poll_recorders();
    if (stopping_since_) {
        if ((recorders_.all_ended() && all_saved()) || now - *stopping_since_ > kStopLimit) {
            relay_.stop();
            io_.stop();
        }
        return;
    }
    start_tls();
    make_sessions(now);
    keep_rests();
    offer_voice(now);
    log_figures(now);
}

void Service::take_messages() {
    for (const link::MqttMessage& message : messages_.drain(kMessagesMax)) {
        take_message(message);
    }
}

void Service::take_message(const link::MqttMessage& message) {
    const auto topic = wire::parse_topic(message.topic);
    const auto* up = topic ? std::get_if<wire::UpTopic>(&*topic) : nullptr;
    if (up == nullptr || up->region != options_.region) {
        return;
    }
    std::uint64_t birth_counter = 0;
    SessionPlan::Cameras cameras;
    HasVoice has_voice = HasVoice::unknown;
    if (up->kind == wire::UpKind::birth) {
        wire::Birth birth;
        if (!birth.ParseFromString(message.payload)) {
            return;
        }
        birth_counter = birth.birth_counter();
    } else if (up->kind == wire::UpKind::hb) {
        wire::Heartbeat heartbeat;
        if (!heartbeat.ParseFromString(message.payload)) {
            return;
        }
        birth_counter = heartbeat.birth_counter();
        cameras = cameras_of(heartbeat, options_.camera);
        has_voice = heartbeat.device_health().contains("voice") ? HasVoice::yes : HasVoice::no;
    } else {
        return;
    }
    // The broker's ACL lets a vehicle write under any region: only those of the registry are
    // served.
    if (registered_.contains(up->vid.str())) {
        plan_.heard(up->vid.str(), birth_counter, cameras, message.received);
        voice_.heard(up->vid.str(), birth_counter, has_voice, message.received);
    }
}

void Service::make_sessions(Ticks now) {
    hub_.close_sessions_unless([this](const CameraKey& camera) { return plan_.has(camera); });
    for (const CameraKey& camera : plan_.cameras()) {
        if (const auto counters = hub_.counters(camera)) {
            // One that rests has its session, and says so.
            plan_.media_at(camera, std::max(counters->last_packet_at, counters->rests_at),
                           counters->packets);
        }
    }
    for (const CameraKey& camera : plan_.due(now)) {
        if (mqtt_.connected()) {
            make_session(camera, now);
        }
    }
}

void Service::offer_voice(Ticks now) {
    if (!mqtt_.connected()) {
        return;
    }
    for (VoiceService::Offer& offer :
         voice_.make_sessions(registered_, now, clock_.server_now())) {
        tell_tls(offer.session);
        const auto vid = VehicleId::parse(offer.vid);
        EMS_ASSERT(vid);
        const auto sent =
            mqtt_.publish(wire::down_topic(options_.region, *vid, wire::DownKind::media),
                          offer.session.SerializeAsString(), link::Qos::at_least_once);
        EMS_LOG(info, "mediad", "voice session vid={} sent={}", offer.vid, sent ? "yes" : "no");
    }
}

void Service::make_session(const CameraKey& camera, Ticks now) {
    const auto parsed = VehicleId::parse(camera.vid);
    EMS_ASSERT(parsed);
    const std::int64_t expires_us =
        (clock_.server_now() + std::chrono::microseconds{options_.plan.lifetime}).us;
    CameraSession session{seal::uuid_text(), video::random_ssrc(), video::MediaKey::random(),
                          video::MediaKey::random(), expires_us};
    if (const auto opened = hub_.open_session(camera, session); !opened) {
        EMS_LOG(error, "mediad", "no session vid={} camera={} reason=\"{}\"", camera.vid,
                camera.camera, opened.error().message());
        plan_.made(camera, now);
        return;
    }
    wire::MediaSession message;
    message.set_session_id(session.session_id);
    message.set_camera(camera.camera);
    message.set_host(options_.host);
    message.set_port(options_.port);
    message.set_ssrc(session.ssrc);
    message.set_payload_type(video::kPayloadTypeH264);
    message.set_srtp_key(session.srtp_key.reveal());
    message.set_srtcp_key(session.srtcp_key.reveal());
    message.set_bitrate_kbit(options_.bitrate_kbit);
    message.set_expires_us(expires_us);
    tell_tls(message);
    const auto sent =
        mqtt_.publish(wire::down_topic(options_.region, *parsed, wire::DownKind::media),
                      message.SerializeAsString(), link::Qos::at_least_once);
    plan_.made(camera, now);
    EMS_LOG(info, "mediad", "session vid={} camera={} ssrc={:08x} sent={}", camera.vid,
            camera.camera, session.ssrc, sent ? "yes" : "no");
    if (pending_sessions_.size() < kSessionsMax) {
        pending_sessions_.push_back({camera, session.session_id, session.ssrc, expires_us});
    } else {
        ++rows_dropped_;
    }
}

std::unique_ptr<Recorder> Service::recorder_of(const CameraKey& camera) {
    RecorderOptions options{options_.record_dir, camera.vid, camera.camera, options_.segment_s};
    options.on_disk = [this](std::function<void()> work) { return disk_.post(std::move(work)); };
    return make_recorder(std::move(options));
}

video::RecordingState Service::recording_of(const CameraKey& camera) const {
    return options_.record_dir.empty() ? video::RecordingState::off : recorders_.state(camera);
}

void Service::record(const Hub::MediaPacket& packet) {
    if (!options_.record_dir.empty() && !stopping_since_) {
        recorders_.push(packet, clock_.ticks());
    }
}

// What a terminal's microphone hears: to the consoles that listen, and into the record.
void Service::hear_cabin(SpokenPacket packet) {
    relay_.send_speech([&](Ticks now, Outbox& out) {
        voice_.hub().feed_cabin(packet.vid, packet.turn, packet.timestamp, packet.opus, now, out);
    });
    voice_.record(std::move(packet));
}

void Service::poll_recorders() {
    keeper_.closed(voice_.poll());
    recorders_.poll(clock_.ticks());
}

void Service::keep_segment(const CameraKey& camera, const Segment& segment) {
    if (segment.closed) {
        keeper_.closed(static_cast<std::int64_t>(segment.bytes));
    }
    const auto found = pending_segments_.find(segment.path);
    if (found == pending_segments_.end() && pending_segments_.size() >= kSegmentsMax) {
        ++rows_dropped_;
        return;
    }
    // As it was when the file began: a later word of rest is none from before it.
    std::int64_t rested_us = found == pending_segments_.end() ? 0 : found->second.rested_us;
    const auto counters = hub_.counters(camera);
    if (found == pending_segments_.end() && counters && counters->rests_at != Ticks{}) {
        rested_us = server_us(counters->rests_at);
    }
    pending_segments_[segment.path] = {camera, segment, rested_us};
}

void Service::keep_rests() {
    if (options_.record_dir.empty()) {
        return;
    }
    rests_.forget_unless([this](const CameraKey& camera) { return plan_.has(camera); });
    const Ticks now = clock_.ticks();
    const std::int64_t now_us = clock_.server_now().us;
    for (const CameraKey& camera : plan_.cameras()) {
        if (const auto counters = hub_.counters(camera)) {
            rests_.hear(camera, counters->rest_anew_at, counters->rests_at, now, now_us);
        }
    }
}

std::int64_t Service::server_us(Ticks at) const {
    const auto ago = std::chrono::duration_cast<std::chrono::microseconds>(clock_.ticks() - at);
    return clock_.server_now().us - ago.count();
}

bool Service::all_saved() const {
    return pending_segments_.empty() && pending_sessions_.empty() && voice_.all_saved();
}

void Service::log_figures(Ticks now) {
    if (now - logged_at_ < kLogInterval) {
        return;
    }
    logged_at_ = now;
    const HubCounters& hub = hub_.counters();
    EMS_LOG(info, "mediad",
            "figures vehicles={} viewers={} received={} refused={} relayed={} dropped={} "
            "rows_waiting={} "
            "rows_dropped={} messages_dropped={}",
            plan_.vehicles(), hub_.viewers(), hub.received, hub.refused, hub.relayed, hub.dropped,
            pending_segments_.size(), rows_dropped_, messages_.dropped());
}

ServiceFigures Service::figures() const {
    ServiceFigures out;
    out.now = clock_.ticks();
    out.socket_open = relay_.is_open();
    if (grants_answered_ && rows_answered_) {
        out.database_answered = std::min(*grants_answered_, *rows_answered_);
    }
    out.vehicles = plan_.vehicles();
    out.viewers = hub_.viewers();
    out.hub = hub_.counters();
    out.viewer_bytes = hub_.viewer_bytes();
    out.kept_bytes = hub_.memory_bytes() - out.viewer_bytes;
    for (const CameraKey& camera : plan_.cameras()) {
        if (const auto counters = hub_.counters(camera)) {
            out.cameras.push_back({camera, *counters});
        }
    }
    for (const TerminalChannel& channel : terminals_.present()) {
        if (const auto counters = hub_.counters(channel.camera)) {
            out.cameras.push_back({channel.camera, *counters});
        }
    }
    out.terminals = terminals_.figures();
    out.sounds = sounds_.figures();
    out.voice = {voice_.hub().counters(), voice_.packets_unrecorded(), voice_.rows_dropped()};
    out.recorders = recorders_.figures();
    out.rows_waiting = pending_segments_.size() + pending_sessions_.size() + rests_.waiting();
    out.rows_dropped = rows_dropped_ + rests_.dropped();
    out.recordings_removed = keeper_.removed();
    out.recordings_found = lost_.found();
    out.disk_failures = disk_.failed();
    if (backfill_) {
        out.backfilled_files = backfill_->files();
        out.backfilled_bytes = backfill_->bytes();
        out.backfills_refused = backfill_->refused();
    }
    if (tls_) {
        out.tls_connections = tls_->connections();
        out.tls_strangers_refused = tls_->strangers_refused();
    }
    out.messages_dropped = messages_.dropped();
    return out;
}

} // namespace ems::media

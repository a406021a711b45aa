// ems-mediad as one object: relay socket, sessions of cameras over MQTT, grants and index rows in
// PostgreSQL, recorders. Everything happens on one io_context run by one thread; the MQTT library's
// threads only fill a bounded queue, GStreamer's stay behind the recorders. Without the database
// running grants and sessions go on until they end; without the broker running sessions go on. Both
// are tried again for ever.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "telemetry/base/bounded_queue.h"
#include "telemetry/base/clock.h"
#include "telemetry/base/ids.h"
#include "telemetry/base/result.h"
#include "telemetry/link/mqtt_session.h"
#include "telemetry/media/backfill.h"
#include "telemetry/media/grant_watch.h"
#include "telemetry/media/hub.h"
#include "telemetry/media/lost_recordings.h"
#include "telemetry/media/media_metrics.h"
#include "telemetry/media/media_store.h"
#include "telemetry/media/recorders.h"
#include "telemetry/media/rest_record.h"
#include "telemetry/media/disk_thread.h"
#include "telemetry/media/recording_limits.h"
#include "telemetry/media/session_plan.h"
#include "telemetry/media/sound_recorder.h"
#include "telemetry/media/stream_relay.h"
#include "telemetry/media/terminal_store.h"
#include "telemetry/media/terminal_streams.h"
#include "telemetry/media/tls_listener.h"
#include "telemetry/media/udp_relay.h"
#include "telemetry/media/voice_service.h"
#include "telemetry/pg/connection.h"
#include "telemetry/seal/data_key.h"
#include "telemetry/wire/ems.pb.h"

namespace ems::media {

struct ServiceOptions {
    RegionCode region;
    std::string server;       // our CN
    std::string bind_address; // of the UDP socket
    std::string host;         // told to vehicles and consoles
    std::uint16_t port{0};
    std::string camera; // of a vehicle that says it has one and not its name
    std::uint32_t bitrate_kbit{0};
    SessionPlanLimits plan;
    std::uint16_t tls_port{0};      // on bind_address, for back-fill and media by TLS; 0: none
    std::uint16_t tls_port_told{0}; // to vehicles and consoles; 0: tls_port
    link::TlsServerFiles tls_files;
    std::string record_dir; // empty: nothing is recorded
    std::int64_t segment_s{8};
    RecordingLimits record_limits;
    TerminalStreamsConfig terminals;
    std::string terminals_host; // told to terminals, with the listener's port
    pg::Options db;
    link::MqttConfig mqtt; // without subscriptions and handlers: the service adds them
};

class Service {
  public:
    Service(boost::asio::io_context& io, ServiceOptions options, const seal::DataKey& key);
    ~Service();
    Service(const Service&) = delete;
    Service& operator=(const Service&) = delete;

    // Binds the socket and begins. Errors: busy, io, invalid_argument.
    Result<void> start();
    // Closes files in order and stops the io_context within about a second. Call once, on its
    // thread.
    void stop();

    [[nodiscard]] ServiceFigures figures() const;
    [[nodiscard]] const link::MqttSession& broker() const { return mqtt_; }

  private:
    void start_tls();
    [[nodiscard]] ServerPlace place() const;
    void tell_tls(wire::MediaSession& session) const;
    void arm();
    void tick();
    void take_messages();
    void take_message(const link::MqttMessage& message);
    void make_sessions(Ticks now);
    void make_session(const CameraKey& camera, Ticks now);
    void offer_voice(Ticks now);
    void record(const Hub::MediaPacket& packet);
    [[nodiscard]] std::unique_ptr<Recorder> recorder_of(const CameraKey& camera);
    [[nodiscard]] video::RecordingState recording_of(const CameraKey& camera) const;
    void poll_recorders();
    void hear_cabin(SpokenPacket packet);
    void keep_segment(const CameraKey& camera, const Segment& segment);
    void keep_rests();
    [[nodiscard]] std::int64_t server_us(Ticks at) const;
    [[nodiscard]] bool all_saved() const;
    void log_figures(Ticks now);

    boost::asio::awaitable<void> grants_loop();
    boost::asio::awaitable<void> rows_loop();
    boost::asio::awaitable<Result<void>> serve_grants();
    boost::asio::awaitable<Result<void>> serve_rows();
    boost::asio::awaitable<Result<void>> close_leftovers();
    boost::asio::awaitable<Result<void>> prune();
    boost::asio::awaitable<Result<void>> load_grants();
    boost::asio::awaitable<Result<void>> open_grant(GrantRow row);
    boost::asio::awaitable<Result<void>> save_pending();
    boost::asio::awaitable<Result<void>> save_rests();
    boost::asio::awaitable<Result<void>> look_after_terminals();

    boost::asio::io_context& io_;
    const ServiceOptions options_;
    const seal::DataKey key_;
    const SystemClock clock_;

    Hub hub_;
    UdpRelay relay_;
    TerminalStreams terminals_;
    SessionPlan plan_;
    Recorders recorders_;
    std::set<std::string> registered_; // vehicles of our region

    // Waiting for the database; the newest figures of a segment replace the older.
    struct SegmentRow {
        CameraKey camera;
        Segment segment;
        std::int64_t rested_us{0}; // the camera's newest word of rest, server clock; 0: none
    };
    std::map<std::string, SegmentRow> pending_segments_;
    RestRecord rests_;
    std::optional<Ticks> rests_saved_at_;
    std::vector<SessionRow> pending_sessions_;
    std::uint64_t rows_dropped_{0};
    std::optional<Ticks> grants_answered_;
    std::optional<Ticks> rows_answered_;

    pg::Connection grants_db_; // who may what, and where we are
    pg::Connection rows_db_;   // what was recorded, and what goes
    MediaStore grants_store_;
    MediaStore store_; // of rows_db_
    GrantWatch grants_;
    DiskThread disk_;
    RecordingKeeper keeper_;
    LostRecordings lost_;
    VoiceService voice_;
    TerminalStore terminal_store_;
    SoundRecorder sounds_;
    std::unique_ptr<Backfill> backfill_; // none without a record_dir or a port
    StreamRelay streams_{relay_};
    std::unique_ptr<TlsListener> tls_;
    Ticks tls_tried_at_{};
    bool leftovers_closed_{false};
    Ticks announced_at_{};
    Ticks grants_at_{};
    Ticks registry_at_{};
    Ticks terminals_at_{};
    std::optional<Ticks> pruned_at_;
    std::optional<Ticks> kept_at_;

    boost::asio::steady_timer timer_;
    boost::asio::steady_timer grants_pause_;
    boost::asio::steady_timer rows_pause_;
    Ticks polled_at_{};
    Ticks logged_at_{};
    std::optional<Ticks> stopping_since_;

    BoundedQueue<link::MqttMessage> messages_;
    link::MqttSession mqtt_; // last: its threads end first
};

} // namespace ems::media

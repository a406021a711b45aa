// One terminal's connection, without its socket: bytes and time in, frames and deliveries out.
//
//   connected -> 0x0100 register -> 0x8100 with the code      (known terminals only)
//             -> 0x0102 authenticate -> 0x8001                (the code must be right)
//             -> heartbeats, positions, batches, time requests
//
// Nothing else is taken before authentication. The code is the first 80 bits of HMAC-SHA-512-256 of
// the terminal's number under the server's key, compared in constant time: nothing needs to be kept
// of it, and a new key makes every terminal register again. A number that the registry does not
// know gets no code; while the registry cannot be read nothing is answered, and the terminal tries
// again.
//
// A report is answered (0x8001) only when the sink says that all of it is committed; each serial of
// a message that came in parts is answered then. Until that the terminal keeps it and sends it
// again, which is harmless (telemetry/gateway/records.h). What cannot be taken now
// (kInFlightRecordsMax records wait for storage) is not answered either. Heartbeats are answered at
// once, whatever the storage does: a database outage disconnects nobody. A report that cannot be
// read is answered "bad message", but an alarm in it is stored first.
//
// Single-threaded; the sink's answer may come at any later time, also when the session is gone.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "telemetry/base/clock.h"
#include "telemetry/base/ids.h"
#include "telemetry/base/result.h"
#include "telemetry/gateway/frame.h"
#include "telemetry/gateway/message.h"
#include "telemetry/gateway/reassembly.h"
#include "telemetry/gateway/records.h"
#include "telemetry/ingest/delivery.h"
#include "telemetry/seal/mac_key.h"

namespace ems::gateway {

inline constexpr std::size_t kInFlightRecordsMax = 2048; // per terminal
inline constexpr std::size_t kBadFramesMax = 32;         // in a row, then the line is closed
inline constexpr std::size_t kRefusalsMax = 8;           // wrong codes and unwanted messages
inline constexpr std::chrono::seconds kLoginWithin{60};
inline constexpr std::size_t kTerminalsMax = 10'000;
inline constexpr std::size_t kComplaintsPerMinute = 30; // written to the log; all are counted

// What the registry knows of a terminal's number. An empty text is not compared.
struct Terminal {
    VehicleId vid;
    std::string plate;    // UTF-8
    std::string terminal; // the manufacturer's id, as in 0x0100
};
// By Phone::number(). Errors: not_found; anything else: the registry cannot be read now.
using FindTerminal = std::function<Result<Terminal>(const std::string& number)>;
using Sink = std::function<void(ingest::Delivery, ingest::DeliveryDone)>;

struct GatewayCounters {
    std::uint64_t connections{0};
    std::uint64_t connections_refused{0}; // too many at once
    std::uint64_t frames{0};
    std::uint64_t bad_frames{0};   // checksum, escape, length, part
    std::uint64_t bad_messages{0}; // a right frame with senseless content
    std::uint64_t bad_reports{0};  // of a batch
    std::uint64_t unsupported{0};
    std::uint64_t strangers{0}; // numbers that are not in the registry
    std::uint64_t wrong_codes{0};
    std::uint64_t not_logged_in{0};
    std::uint64_t positions{0}; // given to the sink, repeats among them
    std::uint64_t alarms{0};
    std::uint64_t without_fix{0};
    std::uint64_t deferred{0}; // not taken, not answered: the terminal sends again
    std::uint64_t refused_by_sink{0};
    std::uint64_t answered{0}; // reports committed and answered
    std::uint64_t parts_dropped{0};
    std::uint64_t texts_left_out{0}; // at the last look: open, and not among those on their way
};

class Session;

// A message of ours that awaits an answer. Serials belong to one session, and sessions of one gateway have numbers that
// are never given twice.
struct TextSerial {
    std::uint64_t session{0};
    std::uint16_t serial{0};
    auto operator<=>(const TextSerial&) const = default;
};

// What the sessions of one gateway share.
struct Exchange {
    Exchange(const Clock& own_clock, FindTerminal own_find, seal::MacKey own_key, Sink own_sink)
        : clock(own_clock), find(std::move(own_find)), key(std::move(own_key)),
          sink(std::move(own_sink)) {}

    const Clock& clock;
    FindTerminal find;
    seal::MacKey key;
    Sink sink;
    // A frame of an authenticated terminal came; what a terminal said to a text of ours.
    std::function<void(const VehicleId&)> heard;
    std::function<void(const TextSerial&, ReplyResult)> text_answered;
    // What a terminal said to a request for a stream, or to its end.
    std::function<void(const TextSerial&, ReplyResult)> stream_answered;
    // A live report calls for help (kHelpAlarms); each report that does so again.
    std::function<void(const VehicleId&)> called_for_help;
    GatewayCounters counters;
    std::map<std::string, AlarmWatch> alarms;             // by number, at most kTerminalsMax
    std::map<std::string, std::weak_ptr<Session>> online; // by number
    std::map<std::string, std::size_t> alarms_open; // deliveries of alarms not yet committed, by number

    [[nodiscard]] std::string code_of(const std::string& number) const;
    [[nodiscard]] std::uint64_t next_session() { return ++sessions_; }
    // Whether one more complaint about what terminals send may go to the log.
    bool may_complain();

  private:
    std::uint64_t sessions_{0};
    Ticks complaints_since_{};
    std::size_t complaints_{0};
};

class Session : public std::enable_shared_from_this<Session> {
  public:
    struct Line {
        std::function<void(std::string frame)> send;
        std::function<void(std::string_view reason)> close; // may be called more than once
    };
    Session(std::shared_ptr<Exchange> exchange, Line line);
    ~Session();
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    void receive(std::string_view bytes);
    // To be called about every second: missing parts are asked for, a login that takes too long and
    // a line that was silent for `idle_limit` are closed.
    void tick(std::chrono::seconds idle_limit);
    // How the terminal will answer. `before`: sent under these already; the one of this session is used again, so that the
    // terminal can tell a repeat. Errors: invalid_argument, link_down (not authenticated).
    Result<TextSerial> send_text(const TextDown& text, const std::vector<TextSerial>& before = {});
    // Errors: invalid_argument, link_down (not authenticated).
    Result<TextSerial> open_stream(const StreamOpen& request);
    Result<TextSerial> control_stream(const StreamControl& request);
    // The line is gone or is to go: nothing is sent any more.
    void end();

    // Never given to another session of this gateway.
    [[nodiscard]] std::uint64_t number() const { return number_; }
    // Set while authenticated.
    [[nodiscard]] const std::optional<VehicleId>& vid() const { return vid_; }
    // The terminal's, as the registry has it; of a session that is authenticated.
    [[nodiscard]] std::string terminal() const { return peer_.phone.number(); }

  private:
    // A message with the serials that its sender wants answered.
    struct Incoming {
        Header header;
        std::vector<std::uint16_t> serials;
    };
    void take_frame(const std::string& escaped);
    void take_message(const Assembled& whole);
    void take_login(const Incoming& from, const Message& message);
    void take_authenticated(const Incoming& from, const Message& message);
    bool still_registered();
    void on_registration(const Incoming& from, const Registration& registration);
    void on_authentication(const Incoming& from, const Authentication& authentication);
    void on_location(const Incoming& from, const Location& location);
    void on_batch(const Incoming& from, const LocationBatch& batch);
    void on_bad_message(const Incoming& from, const Error& error, std::string_view body);
    void refuse(const Incoming& from);
    void count_bad_frame();
    // Positions and alarms of these reports, then the answer.
    void deliver(const Incoming& from, ingest::Lane lane,
                 const std::vector<const Location*>& reports, ReplyResult answer);
    AlarmWatch& alarm_watch();
    void reply(const Incoming& to, ReplyResult result);
    void send(const Header& to, std::uint16_t id, std::string_view body);
    void send(const Header& to, std::uint16_t id, std::string_view body, std::uint16_t serial);
    void go_offline();
    void log_out();

    std::shared_ptr<Exchange> exchange_;
    Line line_;
    std::uint64_t number_;
    FrameStream frames_;
    Reassembly reassembly_;
    std::optional<VehicleId> vid_;
    Header peer_; // of the frame that authenticated: phone and version of what we send first
    Ticks started_{};
    Ticks last_frame_{};
    std::uint16_t next_serial_{0};
    std::size_t in_flight_{0}; // records
    std::size_t bad_in_a_row_{0};
    std::size_t refusals_{0};
    bool ended_{false};
};

} // namespace ems::gateway

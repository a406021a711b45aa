// Streams of terminals that somebody wants: which is to be asked for now, which is to be ended.
// Pure; one thread.
//
// A stream is asked for at once, and again while nothing of it flows: after 5, 10, 20, 40, then
// every 60 s, at once when the terminal logs in anew or the receiver has moved. One that is wanted
// no longer is told to end, once.
//
// Bounds: kStreamsMax streams at once; who reads them takes no more.
#pragma once

#include <chrono>
#include <compare>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "telemetry/base/clock.h"
#include "telemetry/gateway/session.h"

namespace ems::gateway {

inline constexpr std::size_t kStreamsMax = 256;
inline constexpr std::chrono::seconds kStreamRepeat{5};
inline constexpr std::chrono::seconds kStreamRepeatMax{60};

struct StreamKey {
    std::string number; // of the terminal
    std::uint8_t channel{0};
    auto operator<=>(const StreamKey&) const = default;
};

struct StreamWish {
    enum class State { waited_for, flowing, over };
    StreamKey key;
    std::string host; // where to
    std::uint16_t port{0};
    State state{State::waited_for};
    StreamOpen::Data data{StreamOpen::Data::pictures};
};

class StreamRound {
  public:
    struct Line {
        // The session that the terminal is logged in with.
        std::function<std::optional<std::uint64_t>(const std::string& number)> session;
        // As Server::open_stream() and control_stream().
        std::function<Result<TextSerial>(const std::string& number, const StreamOpen&)> open;
        std::function<Result<TextSerial>(const std::string& number, const StreamControl&)> control;
    };
    explicit StreamRound(Line line) : line_(std::move(line)) {}

    struct Done {
        std::vector<StreamKey> asked;
        std::vector<StreamKey> ended; // told so
    };
    // Any stream that is not among the wishes is forgotten.
    Done turn(const std::vector<StreamWish>& wishes, Ticks now);
    void answered(const TextSerial& serial, ReplyResult result);

    // What terminals said to being asked, until recorded() says that it is stored.
    [[nodiscard]] const std::map<StreamKey, ReplyResult>& answers() const { return answers_; }
    void recorded(const StreamKey& key) { answers_.erase(key); }

  private:
    struct Way {
        TextSerial serial; // of the last request
        std::string host;
        std::uint16_t port{0};
        std::uint32_t asks{0};
        Ticks asked{};
    };
    bool ask(const StreamWish& wish, Way& way, Ticks now);

    Line line_;
    std::map<StreamKey, Way> ways_;
    std::map<StreamKey, ReplyResult> answers_;
};

} // namespace ems::gateway

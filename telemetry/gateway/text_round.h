// Texts on their way to terminals: which is to be sent now, and what became of it. Pure; one thread.
//
// A text goes to every terminal of its vehicle that is logged in, at once, and again to one that logs in later. While no
// terminal has answered it is repeated, under the serial that it has in that session, so that a terminal which keeps to
// the standard shows it once. A new session, or another process of ours, gives a new serial: then it may be shown twice.
// The first terminal that says "done" settles it; another answer does when no terminal is left that may say so.
//
// Bounds: kTextsMax texts at once; who reads them takes no more.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "telemetry/base/clock.h"
#include "telemetry/gateway/session.h"

namespace ems::gateway {

inline constexpr std::size_t kTextsMax = 256;
// Before the first repeat; twice as long before each further, at most kTextRepeatMax. A terminal reads a text aloud before
// it answers, some seconds long.
inline constexpr std::chrono::seconds kTextRepeat{10};
inline constexpr std::chrono::seconds kTextRepeatMax{60};

struct OpenText {
    std::string id;
    VehicleId vid;
    TextDown text;
};

// What stands in telemetry.terminal_text.result.
enum class TextResult { done, failed, bad_message, unsupported, unsendable };
std::string_view name_of(TextResult result);

class TextRound {
  public:
    struct Line {
        // Sessions logged in for the vehicle.
        std::function<std::vector<std::uint64_t>(const VehicleId&)> sessions;
        // As Server::send_text().
        std::function<Result<std::vector<TextSerial>>(const VehicleId&, const TextDown&,
                                                      const std::vector<TextSerial>& before)>
            send;
    };
    explicit TextRound(Line line) : line_(std::move(line)) {}

    // Open texts, the most urgent first; the ids of those that were sent. Any other text is forgotten.
    std::vector<std::string> turn(const std::vector<OpenText>& open, Ticks now);
    void answered(const TextSerial& serial, ReplyResult result);

    // Settled, until recorded() says that it is stored.
    [[nodiscard]] const std::map<std::string, TextResult>& outcomes() const { return outcomes_; }
    void recorded(const std::string& id) { outcomes_.erase(id); }

  private:
    struct OnItsWay {
        std::vector<TextSerial> serials;
        std::vector<TextSerial> refused;
        std::uint32_t sends{0};
        Ticks sent{};
    };
    [[nodiscard]] bool is_due(const OnItsWay& way, const std::vector<std::uint64_t>& sessions,
                              Ticks now) const;

    Line line_;
    std::map<std::string, OnItsWay> ways_;
    std::map<std::string, TextResult> outcomes_;
};

} // namespace ems::gateway

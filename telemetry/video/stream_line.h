// A client's TLS stream to ems-mediad for packets of media, where UDP does not pass: RFC 4571
// frames of the same SRTP packets, ALPN "ems-rtp". It connects, and connects again with pauses that
// grow until something comes, from open() to close().
//
// Bounded: what waits to be sent is at most kWaitingMax bytes, what came and was not taken
// kArrivedMax packets, the oldest go. Any thread; one thread of its own.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "telemetry/base/result.h"

namespace ems::video {

// Of whom is believed and who we are.
struct StreamFiles {
    std::string ca;
    std::string certificate; // empty: none is shown, the packets prove themselves
    std::string key;
};

struct StreamTarget {
    std::string host; // dotted address
    std::uint16_t port{0};
    std::string name; // of the certificate expected there
    std::string ca_file;
    std::string certificate_file;
    std::string key_file;
    bool operator==(const StreamTarget&) const = default;
};

// Of what a server's grant or session says; port 0, there is none, when it names no port or name,
// or no authority is known.
StreamTarget stream_target(const std::string& host, std::uint32_t port, const std::string& name,
                           const StreamFiles& files);

class StreamLine {
  public:
    // Speech has a small buffer in the kernel: what would be heard late is better left out.
    enum class Carries { pictures, speech };

    // `arrived`: there is something to take, or the line came up or went down; on the line's
    // thread, must not wait.
    explicit StreamLine(std::function<void()> arrived, Carries carries = Carries::pictures);
    ~StreamLine();
    StreamLine(const StreamLine&) = delete;
    StreamLine& operator=(const StreamLine&) = delete;

    // The same target again: no event.
    void open(const StreamTarget& target);
    void close();
    [[nodiscard]] bool is_up() const;
    // False: the line is not up, or has no room; the packet is gone.
    bool send(std::span<const std::uint8_t> packet);
    // A picture that begins now would not wait long.
    [[nodiscard]] bool has_room() const;
    // Likewise a packet of speech.
    [[nodiscard]] bool has_room_for_speech() const;
    // Size of the next packet that came, put into `into`.
    std::optional<std::size_t> take(std::span<std::uint8_t> into);

    static constexpr std::size_t kWaitingMax = 262'144;
    static constexpr std::size_t kRoom = 32'768;
    static constexpr std::size_t kSpeechRoom = 4'096; // more than half a second
    static constexpr std::size_t kArrivedMax = 1'024;

  private:
    class Body;
    std::unique_ptr<Body> body_;
};

} // namespace ems::video
